import { isUnitRef, type EstateService } from '../../estate/schema.ts';
import { workloadIdOf } from '../../inventory/ids.ts';
import type { EgressIntent, MeshProvider, PublishedName } from '../../providers/provider.ts';
import type { ProxyRef } from '../check.ts';
import { callersBehind, calledBy, clusterServices, distinct, isNamed } from '../egress.ts';
import type { MetricCheck } from '../gate.ts';
import type { Group } from '../groups.ts';
import { publishedName, scopeOf } from '../members.ts';
import type { StageDraft } from '../plan.ts';
import { type EstateView } from '../view.ts';
import { judgingOf } from '../bake/watch.ts';
import { gateOf } from './gate-of.ts';
import { memberChecks, nowCalling, sentMetrics } from './gates.ts';
import { step } from './step.ts';

/** One set of proxies that are alike: a host's one, or those of a workload's pods. */
export interface Scoped {
  /** Part of the ids of stage and object. */
  name: string;
  /** Workloads of the estate behind them. */
  ids: string[];
  /** All nodes behind them that were seen to call. */
  callers: string[];
  proxy: ProxyRef;
  namespace: string;
  selector: Record<string, string>;
}

/** The services of the plan, and those of them that have moved to their twins by then. */
export interface Laid {
  planned: readonly EstateService[];
  shifted: readonly EstateService[];
}

/** Of how many services that a proxy is not to know any more it is seen that it does not. */
const SEEN_GONE = 20;
/** What the step may take besides the look-back. */
const TIMEOUT_MS = 300_000;

/** The proxies of a group's host, once its units have joined. */
export function hostScope(view: EstateView, provider: MeshProvider, group: Group): Scoped {
  const [first] = group.services;
  return {
    name: group.name,
    ids: group.services.map(({ workload }) => workloadIdOf(workload)),
    callers: callersBehind(view, group),
    proxy: { host: group.host ?? '' },
    namespace: (first && view.namespaceOf(first)) ?? '',
    selector: provider.target.proxyLabels(group.name),
  };
}

/** The proxies of a workload's pods. @param name of the stage that would join it, without its beginning */
export function podScope(view: EstateView, id: string, name: string): Scoped[] {
  const ref = view.refOf(id);
  const facts = ref && !isUnitRef(ref) ? view.kubeWorkload(ref) : undefined;
  if (!ref || isUnitRef(ref) || !facts) return [];
  return [{ name, ids: [id], callers: [id], proxy: ref, namespace: facts.namespace, selector: facts.selector }];
}

/** Proxies of one workload or host are told of whom they call alone, when they have called nobody else for long enough. */
export function scopeStage(
  view: EstateView,
  provider: MeshProvider,
  scoped: Scoped,
  { planned, shifted }: Laid,
  wave: number,
): StageDraft {
  const { name, ids } = scoped;
  const intent = intentOf(view, provider, scoped, { planned, shifted });
  const called = [...intent.names.map(({ service }) => service), ...intent.services.map((one) => one.name), ...intent.hosts];
  const narrow = step(provider.target.render(intent, view.inventory), {
    action: 'scope',
    reason: `the proxies of ${name} need to know ${called.join(', ') || 'nobody'}: by discovery and by their own counts nobody else is called. What is called all the same passes as if there were no mesh`,
    timeoutMs: intent.lookBackSeconds * 1000 + TIMEOUT_MS,
  });
  const members = [...new Map(ids.flatMap((id) => memberChecks(view, id)).map((check) => [JSON.stringify(check), check])).values()];
  return {
    id: `scope-${name}`,
    title: `The proxies of ${name} are told of whom they call, and of nobody else`,
    wave,
    move: 'scope',
    subjects: ids,
    steps: [narrow],
    gate: gateOf(view, [...narrow.verify, ...members], sentBy(view, provider, scoped, shifted)),
    blastRadius: `calls of ${scoped.callers.join(', ')} to services of the mesh that nobody saw: they lose mTLS and weights, and where STRICT holds they are refused`,
    reversible: 'yes',
  };
}

function intentOf(view: EstateView, provider: MeshProvider, scoped: Scoped, { planned, shifted }: Laid): EgressIntent {
  const { name, callers, proxy, namespace, selector } = scoped;
  const { published, services, hosts, ...called } = calledBy(view, callers);
  // Of a service that is refused nobody publishes the name.
  const names = called.names.filter(({ service }) => planned.some((one) => one.name === service));
  const { backendsOf } = provider.target;
  const hasMoved = ({ service }: PublishedName): boolean => shifted.some((one) => one.name === service);
  return {
    intent: 'egress.scope',
    id: `${name}-egress`,
    cluster: view.estate.provider.cluster,
    ...{ namespace, selector, names, services, hosts },
    proxies: [proxy],
    lookBackSeconds: view.estate.policy.egressLookBackSeconds,
    needed: [...new Set(names.flatMap((one) => [...backendsOf(one, 'vm'), ...(hasMoved(one) ? backendsOf(one, 'twin') : [])]))],
    others: othersThan(view, published, services),
  };
}

/** What the estate has and these proxies do not call. */
function othersThan(view: EstateView, called: readonly EstateService[], services: EgressIntent['services']): EgressIntent['others'] {
  const known = new Set(services.map((one) => `${one.namespace}/${one.name}`));
  const rest = view.estate.services.filter((one) => !called.includes(one));
  const inCluster = distinct(rest.flatMap((one) => clusterServices(view, one)));
  return {
    names: rest.filter((one) => isNamed(view, one)).slice(0, SEEN_GONE).map((one) => publishedName(view, one)),
    services: inCluster.filter((one) => !known.has(`${one.namespace}/${one.name}`)).slice(0, SEEN_GONE),
  };
}

/** What the callers behind these proxies send by now; a twin that has taken over is judged by what its unit was seen to call. */
function sentBy(view: EstateView, provider: MeshProvider, { ids, callers }: Scoped, shifted: readonly EstateService[]): MetricCheck[] {
  const still = callers.filter((id) => nowCalling(view, id, shifted).includes(id));
  const own = sentMetrics(view, provider, still);
  const taken = ids.flatMap((id) => {
    const { role, service: name } = view.workload(id) ?? {};
    const service = shifted.find((one) => one.name === name);
    const scope = scopeOf(view, id);
    if (role !== 'twin' || !service || service.twins !== undefined || !scope) return [];
    const unit = workloadIdOf(service.workload);
    const seen = view.calleesOf(unit).filter((one) => isNamed(view, one) && view.isObserved(unit, one.name) && !view.isRare(unit, one.name));
    return seen.flatMap((callee) => provider.target.metrics.sent(scope, publishedName(view, callee), judgingOf(view)));
  });
  return [...own, ...taken];
}
