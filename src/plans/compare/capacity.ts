import { isUnitRef, type EstateService } from '../../estate/schema.ts';
import { twinsOf } from '../../estate/twins.ts';
import type { KubeWorkload } from '../../inventory/schema.ts';
import { movesToTwin } from '../paths.ts';
import type { EstateView } from '../view.ts';

/** What runs twice: the pods of twins, while the units that they take over from run on. */
export interface Capacity {
  pods: number;
  /** Thousandths of a core, and bytes, that these pods ask for with the proxies they get. Null: the inventory has no requests of some of them. */
  cpuMillis: number | null;
  memoryBytes: number | null;
  /** Units that run on beside their twins when all is done, as nothing of the plan stops them. */
  unitsLeft: number;
}

/** What some services need twice. @param retired services whose units the plan stops */
export function capacityOf(view: EstateView, services: readonly EstateService[], retired: ReadonlySet<string>): Capacity {
  const moving = services.filter((service) => isUnitRef(service.workload) && movesToTwin(service));
  const twins = moving.flatMap((service) => twinsOf(service).flatMap((twin) => view.kubeWorkload(twin) ?? []));
  return {
    pods: twins.reduce((sum, { replicas }) => sum + replicas, 0),
    cpuMillis: asked(view, twins, 'cpu'),
    memoryBytes: asked(view, twins, 'memory'),
    unitsLeft: moving.filter(({ name }) => !retired.has(name)).length,
  };
}

/** A pod that asks for nothing counts as nothing; one that nobody looked at makes the sum unknown. */
function asked(view: EstateView, twins: readonly KubeWorkload[], of: 'cpu' | 'memory'): number | null {
  const proxy = view.cluster(view.estate.provider.cluster)?.mesh?.proxyResources;
  if (twins.length === 0) return 0;
  if (proxy === undefined || twins.some(({ requests }) => requests === undefined)) return null;
  return twins.reduce((sum, { replicas, requests }) => sum + replicas * ((requests?.[of] ?? 0) + (proxy.requests[of] ?? 0)), 0);
}
