import { meshError } from '../../errors/index.ts';
import { policiesThatName } from '../policies.ts';
import { type Analyzer, draft } from '../analyzer.ts';
import { unreadPolicies } from './strict-too-early.ts';

/** P13: a rule that names identities refuses those who have none yet, from the moment its workload has a proxy. */
export const namedIdentities: Analyzer = {
  id: 'P13',
  title: 'Policies that name identities',
  looksAt: ['hosts', 'clusters'],
  codes: ['MW1728'],
  analyze: (view) => [
    ...unreadPolicies(view),
    ...view.pods.flatMap((pods) => {
      const callers = view.callersOf(pods.service.name).filter((caller) => !view.isMeshed(caller));
      if (callers.length === 0) return [];
      return policiesThatName(pods).map(({ namespace, name }) => {
        const policy = `AuthorizationPolicy ${namespace}/${name}`;
        const error = meshError('MW1728', { policy, workload: pods.id, callers: callers.join(', ') });
        return draft('warning', pods.id, `${policy} names identities`, error);
      });
    }),
  ],
};
