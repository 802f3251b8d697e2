import { meshError } from '../../errors/index.ts';
import { kubeId } from '../../inventory/ids.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import { silentPorts } from './port-protocol.ts';

/** P9: the ports of an ExternalName Service without a protocol become listeners on every address (Istio's IST0150). */
export const externalName: Analyzer = {
  id: 'P9',
  title: 'ExternalName Services',
  looksAt: ['clusters'],
  codes: ['MW1722'],
  analyze: ({ namespaces }) =>
    namespaces.flatMap(({ cluster, namespace }) => {
      const services = cluster.services.filter((service) => service.namespace === namespace);
      if (services.some(({ type }) => type === undefined))
        return [notKnown(`k8s/${cluster.name}/${namespace}`, 'the inventory has no types of its Services')];
      return services
        .filter(({ type }) => type === 'ExternalName')
        .flatMap(({ name, portWords = [] }) => {
          const object = kubeId(cluster.name, namespace, 'Service', name);
          return silentPorts(portWords).map((port) =>
            draft('warning', object, `port ${port}`, meshError('MW1722', { object, port })),
          );
        });
    }),
};
