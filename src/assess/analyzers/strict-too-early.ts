import { meshError } from '../../errors/index.ts';
import { type Callee, type PlainCall, plainlyCalled } from '../callees.ts';
import { isStrict, type Mtls, mtlsAt, policyName } from '../policies.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';
import type { AssessView } from '../view.ts';

/** P1: STRICT refuses every caller that has not joined. Who can never join is the planner's finding. */
export const strictTooEarly: Analyzer = {
  id: 'P1',
  title: 'STRICT and callers in plaintext',
  looksAt: ['hosts', 'clusters'],
  codes: ['MW1316', 'MW1713'],
  adopts: ({ code }) => code === 'MW1316',
  analyze: (view) => [
    ...unreadPolicies(view),
    ...plainlyCalled(view).flatMap((callee) => [...unreadNamespace(view, callee), ...refusedAt(callee)]),
  ],
};

/** Said once a cluster, by this check and the next one that reads policies. */
export function unreadPolicies({ clusters }: AssessView): Draft[] {
  return clusters.flatMap(({ name, policies, mesh }) => {
    if (mesh === null) return [notKnown(name, 'no mesh was found in it, and so none of its policies')];
    return policies === undefined ? [notKnown(name, 'the policies of its mesh were not read')] : [];
  });
}

/** Policies are read in the namespaces of the estate; a VM may be registered in another. */
export function unreadNamespace({ estate }: AssessView, { id, namespace, cluster }: Callee): Draft[] {
  const read = estate.clusters.find(({ name }) => name === cluster.name)?.namespaces ?? [];
  if (namespace === '' || cluster.policies === undefined) return [];
  if (read.includes(namespace) || namespace === cluster.mesh?.rootNamespace) return [];
  return [notKnown(id, `the policies of namespace ${namespace} were not read`)];
}

function refusedAt(callee: Callee): Draft[] {
  const byPort = Map.groupBy(callee.calls, ({ port }) => port);
  const judged = [...byPort].flatMap(([port, calls]) => {
    const modes = mtlsAt(callee, port);
    return calls.map((call) => ({ ...call, modes }));
  });
  const refused = judged.filter(({ modes }) => modes.every(isStrict));
  const open = judged.filter(({ modes }) => modes.some(isStrict) && !modes.every(isStrict));
  const byPolicy = Map.groupBy(refused, ({ modes }) => [...new Set(modes.map(policyName))].join(' or '));
  return [
    ...[...byPolicy].map(([policy, calls]) => refusal(callee, policy, calls)),
    ...(open.length > 0 ? [notKnown(callee.id, mayRefuse(open))] : []),
  ];
}

function refusal({ id }: Callee, policy: string, calls: readonly PlainCall[]): Draft {
  const callers = [...new Set(calls.map(({ from }) => from))].sort().join(', ');
  const ports = [...new Set(calls.flatMap(({ port }) => port ?? []))].sort((a, b) => a - b);
  const where = ports.length > 0 ? ` on port ${ports.join(' and ')}` : '';
  return draft('error', id, `${policy} is STRICT${where}`, meshError('MW1713', { policy, workload: id, callers }));
}

function mayRefuse(calls: readonly { modes: readonly Mtls[]; port: number | undefined }[]): string {
  const names = [...new Set(calls.flatMap(({ modes }) => modes.filter(isStrict).map(policyName)))].sort().join(', ');
  const isPortKnown = calls.every(({ port }) => port !== undefined);
  const unknown = isPortKnown ? 'whether its registration has the labels is' : 'which of its ports they call is';
  return `${names} may refuse callers that have not joined: ${unknown} not known`;
}
