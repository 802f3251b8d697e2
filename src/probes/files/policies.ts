import type { AllowedCall } from '../../inventory/schema.ts';
import type { KubeObject } from '../../ports/contracts.ts';
import { callersPorts } from './policy-ports.ts';
import { isPointed, picks, podLabelsOf } from './selectors.ts';
import type { NetworkPolicy, PolicyPeer, PolicyPort } from './shapes.ts';

/** The label by which every namespace can be selected by its name. */
const namespaceName = 'kubernetes.io/metadata.name';

/** As many labels as are compared: more than any real cluster needs, and seconds of work. */
const MAX_COMPARED = 20_000_000;
const MAX_CALLS = 20_000;

/** What policies are about. */
export interface PolicyScope {
  workloads: readonly KubeObject[];
  services: readonly KubeObject[];
}

/** What policies let through; `isCut` when that is not all of it. */
export interface AllowedCalls {
  calls: AllowedCall[];
  isCut: boolean;
}

interface Search extends PolicyScope {
  left: number;
}

/**
 * The calls that NetworkPolicies let through with both ends named by pods' labels. Rules for everybody, for addresses,
 * or for whole namespaces say nothing about who calls whom, and neither does a policy for all pods.
 */
export function allowedCalls(policies: readonly KubeObject[], scope: PolicyScope): AllowedCalls {
  const search: Search = { ...scope, left: MAX_COMPARED };
  const found = new Map<string, AllowedCall>();
  for (const policy of policies as (KubeObject & NetworkPolicy)[])
    for (const call of callsOf(policy, search)) {
      if (found.size >= MAX_CALLS) return { calls: [...found.values()], isCut: true };
      found.set(JSON.stringify(call), call);
    }
  return { calls: [...found.values()], isCut: search.left <= 0 };
}

function* callsOf(policy: KubeObject & NetworkPolicy, scope: Search): Generator<AllowedCall> {
  const { podSelector, ingress = [], egress = [] } = policy.spec;
  if (!isPointed(podSelector)) return;
  const { namespace = '', name } = policy.metadata;
  const own = selected(scope, { podSelector }, namespace);
  const by = `${namespace}/${name}`;
  for (const { from = [], ports } of ingress)
    for (const peer of from) yield* callsBetween(selected(scope, peer, namespace), own, ports, scope, by);
  for (const { to = [], ports } of egress)
    for (const peer of to) yield* callsBetween(own, selected(scope, peer, namespace), ports, scope, by);
}

function* callsBetween(
  callers: readonly KubeObject[],
  callees: readonly KubeObject[],
  ports: readonly PolicyPort[] | undefined,
  search: Search,
  policy: string,
): Generator<AllowedCall> {
  for (const callee of search.left <= 0 ? [] : callees) {
    search.left -= search.services.length * Math.max(1, ports?.length ?? 1);
    for (const port of callersPorts(ports, callee, search.services))
      for (const caller of callers)
        if (caller !== callee) yield { from: nameOf(caller), to: nameOf(callee), port, policy };
  }
}

/** The workloads whose pods a peer means; a peer that does not name pods means none. */
function selected(search: Search, { podSelector, namespaceSelector }: PolicyPeer, own: string): KubeObject[] {
  const namespace = namespaceSelector === undefined ? own : namespaceSelector.matchLabels?.[namespaceName];
  if (podSelector === undefined || !isPointed(podSelector) || namespace === undefined) return [];
  search.left -= search.workloads.length;
  if (search.left <= 0) return [];
  return search.workloads.filter(
    (workload) => workload.metadata.namespace === namespace && picks(podSelector, podLabelsOf(workload)),
  );
}

function nameOf({ kind, metadata: { namespace = '', name } }: KubeObject): AllowedCall['from'] {
  return { namespace, kind, name };
}
