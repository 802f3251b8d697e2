import { meshError } from '../../errors/index.ts';
import type { AssessView, AssessedPods } from '../view.ts';
import { strictPolicies } from '../policies.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';

/** P1: STRICT refuses every caller that has not joined. Who can never join is the planner's finding. */
export const strictTooEarly: Analyzer = {
  id: 'P1',
  title: 'STRICT and callers in plaintext',
  looksAt: ['hosts', 'clusters'],
  codes: ['MW1316', 'MW1713'],
  adopts: ({ code }) => code === 'MW1316',
  analyze: (view) => [...unreadPolicies(view), ...view.pods.flatMap((pods) => refusedAt(view, pods))],
};

/** Said once a cluster, by this check and the next one that reads policies. */
export function unreadPolicies({ clusters }: AssessView): Draft[] {
  return clusters
    .filter(({ policies, mesh }) => policies === undefined && mesh !== null)
    .map(({ name }) => notKnown(name, 'the policies of its mesh were not read'));
}

function refusedAt(view: AssessView, pods: AssessedPods): Draft[] {
  const callers = view.callersOf(pods.service.name).filter((caller) => !view.isMeshed(caller));
  if (callers.length === 0) return [];
  return strictPolicies(pods).map(({ namespace, name }) => {
    const policy = `PeerAuthentication ${namespace}/${name}`;
    const error = meshError('MW1713', { policy, workload: pods.id, callers: callers.join(', ') });
    return draft('error', pods.id, `${policy} is STRICT`, error);
  });
}
