import type { OperationHandler } from '../../handler.ts';
import { kubeCreate } from './create.ts';
import { kubeDelete } from './delete.ts';
import { routeWeights } from './route-weights.ts';
import { kubeSet } from './set.ts';
import { kubeUnset } from './unset.ts';

type KubeOperation = 'kube.create' | 'kube.delete' | 'kube.set' | 'kube.unset' | 'route.weights';

/** How each operation on a cluster is asked about, remembered, carried out and rehearsed. */
export const kubeOperations: { [K in KubeOperation]: OperationHandler<K> } = {
  'kube.create': kubeCreate,
  'kube.delete': kubeDelete,
  'kube.set': kubeSet,
  'kube.unset': kubeUnset,
  'route.weights': routeWeights,
};
