import type { Check } from '../check.ts';
import type { KubeRef, Operation } from '../operation.ts';
import type { MigrationPlan, Step } from '../plan.ts';

/**
 * The steps before some others that these rest on: they change a host, an object or a proxy that the others change or ask. In
 * the order of the plan.
 */
export function restsOn({ stages }: MigrationPlan, steps: readonly Step[]): Step[] {
  const all = stages.flatMap((stage) => stage.steps);
  const first = Math.min(...steps.map((step) => all.indexOf(step)));
  const used = new Set(steps.flatMap((step) => [...changedBy(step), ...step.require.flatMap(askedOf)]));
  return all.slice(0, first).filter((step) => changedBy(step).some((thing) => used.has(thing)));
}

const changedBy = ({ apply }: Step): string[] => apply.flatMap(thingsOf);

const objectKey = ({ kind, namespace, name }: Omit<KubeRef, 'apiVersion'>): string => `${kind} ${namespace}/${name}`;

function thingsOf(operation: Operation): string[] {
  if (operation.op === 'manual') return operation.done.flatMap(askedOf);
  if ('host' in operation) return [`host ${operation.host}`];
  if (operation.op !== 'kube.create') return [objectKey(operation.ref)];
  return [objectKey({ kind: operation.manifest.kind, ...operation.manifest.metadata })];
}

/** A backend is named after its Service: `outbound|8080||catalog-k8s.shop.svc.cluster.local`. */
function askedOf(check: Check): string[] {
  if (check.check === 'proxy.endpoints') {
    const [name = '', namespace = ''] = (check.backend.split('|').at(-1) ?? '').split('.');
    const callers = check.callers.map((one) => ('host' in one ? `host ${one.host}` : objectKey(one)));
    return [...callers, objectKey({ kind: 'Service', namespace, name })];
  }
  if (check.check === 'name.resolves') return [];
  if ('host' in check) return [`host ${check.host}`];
  return 'kind' in check ? [objectKey(check)] : [];
}
