import type { Answer } from '../../plans/check.ts';
import type { KubeObject } from '../../ports/contracts.ts';

interface Condition {
  type?: string;
  status?: string;
  reason?: string;
  message?: string;
  observedGeneration?: number;
}

interface RouteParts {
  spec?: { parentRefs?: unknown[] };
  status?: { parents?: { parentRef?: { kind?: string; name?: string }; conditions?: Condition[] }[] };
}

const required = ['Accepted', 'ResolvedRefs'];

/** Whether every parent has accepted the route and resolved its backends, as it is now (Gateway API, RouteParentStatus). Pure. */
export function judgeRoute(route: KubeObject): Answer {
  const { spec, status } = route as RouteParts;
  const parents = status?.parents ?? [];
  const wanted = spec?.parentRefs?.length ?? 0;
  if (parents.length < wanted || parents.length === 0)
    return { answer: 'no', why: `${parents.length} of ${wanted} parent(s) have answered` };
  for (const { parentRef, conditions = [] } of parents) {
    const why = required
      .map((type) => missing(type, conditions, route.metadata.generation))
      .find((said) => said !== null);
    if (why !== undefined)
      return { answer: 'no', why: `parent ${parentRef?.kind ?? ''} ${parentRef?.name ?? ''}: ${why}` };
  }
  return { answer: 'yes' };
}

function missing(type: string, conditions: readonly Condition[], generation: number | undefined): string | null {
  const condition = conditions.find((candidate) => candidate.type === type);
  if (condition === undefined) return `${type} is not reported`;
  if (condition.observedGeneration !== generation) return `${type} is reported for an earlier generation`;
  return condition.status === 'True'
    ? null
    : `${type} is ${condition.status ?? 'unset'}: ${condition.reason ?? ''} ${condition.message ?? ''}`.trim();
}
