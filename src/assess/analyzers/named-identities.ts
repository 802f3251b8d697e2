import { meshError } from '../../errors/index.ts';
import { type Callee, plainlyCalled } from '../callees.ts';
import { authorizations } from '../policies.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';
import { unreadNamespace, unreadPolicies } from './strict-too-early.ts';

/** P13: a rule that asks for identities refuses those who have none yet, from the moment its workload has a proxy. */
export const namedIdentities: Analyzer = {
  id: 'P13',
  title: 'Policies that name identities',
  looksAt: ['hosts', 'clusters'],
  codes: ['MW1728'],
  analyze: (view) => [
    ...unreadPolicies(view),
    ...plainlyCalled(view).flatMap((callee) => [...unreadNamespace(view, callee), ...askedAt(callee)]),
  ],
};

function askedAt(callee: Callee): Draft[] {
  const { id, calls } = callee;
  const callers = [...new Set(calls.map(({ from }) => from))].sort().join(', ');
  return authorizations(callee).flatMap(({ policy: { namespace, name, asksIdentity }, meant }) => {
    const policy = `AuthorizationPolicy ${namespace}/${name}`;
    if (asksIdentity === 'no') return [];
    if (asksIdentity === 'unknown') return [notKnown(id, `${policy} leaves it to an authorizer of its own`)];
    if (meant === 'maybe')
      return [notKnown(id, `${policy} asks for identities, and whether it selects this VM is not known`)];
    const error = meshError('MW1728', { policy, workload: id, callers });
    return [draft('warning', id, `${policy} names identities`, error)];
  });
}
