import type { Amounts } from '../../inventory/surroundings-schema.ts';
import { amountsOf } from './parse-headroom.ts';

const PROXY = 'istio-proxy';

/**
 * What the containers of one pod ask for together (Kubernetes, "Resource Management for Pods and Containers"); a mesh's proxy
 * is not among them. Init containers ask for theirs before the others, so they add nothing.
 */
export function requestsOf(containers: readonly { name?: string; resources?: unknown }[]): Amounts {
  const asked = containers
    .filter(({ name }) => name !== PROXY)
    .map(({ resources }) => amountsOf(fieldsOf(resources)['requests']));
  const sum = (of: 'cpu' | 'memory'): Amounts => {
    const found = asked.flatMap((one) => one[of] ?? []);
    return found.length === 0 ? {} : { [of]: found.reduce((all, each) => all + each, 0) };
  };
  return { ...sum('cpu'), ...sum('memory') };
}

const fieldsOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
