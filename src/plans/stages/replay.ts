import { isUnitRef, type EstateService } from '../../estate/schema.ts';
import type { MeshProvider, TrafficScope } from '../../providers/provider.ts';
import { judgingOf } from '../bake/watch.ts';
import type { Replay, ReplayEdge } from '../gate.ts';
import { publishedName, scopeOf } from '../members.ts';
import type { StageDraft } from '../plan.ts';
import { type EstateView, isPublished, placeOf } from '../view.ts';
import { workloadIdOf } from '../../inventory/ids.ts';
import { calleesPastHost } from './gates.ts';

/** One stage's replay takes no more than this part of false alarms: one in a thousand, over all that it compares. */
const WHOLE_LEVEL = 1000;
/** Each call is held against what was before by its errors and by its refusals. */
const TESTS = 2;

/**
 * Lets the gate of each stage see again what the stage touches and what could be seen before it: calls of whoever is in the
 * mesh by then, what arrives at those whom a workload calls that joins, and what calling hosts are told for names.
 */
export function withReplay(view: EstateView, provider: MeshProvider, stages: readonly StageDraft[]): StageDraft[] {
  const meshed = view.inventory.workloads.filter(({ position }) => position.mesh === 'on');
  const since = new Map(meshed.map(({ id }) => [proxyKey(view, id), START]));
  return stages.map((stage) => {
    const replay = replayOf({ view, provider, stage, counting: (key) => isSure(view, stage, since.get(key)) });
    if (joins(stage)) for (const id of stage.subjects) since.set(proxyKey(view, id), since.get(proxyKey(view, id)) ?? stage.id);
    return replay ? { ...stage, gate: { ...stage.gate, replay } } : stage;
  });
}

/** Proxies that were there when the inventory was taken. */
const START = '';

/** A proxy counts when a stage begins: without a failure budget all earlier stages are done, and with one those that it needs. */
function isSure(view: EstateView, { needs = [] }: StageDraft, joined: string | undefined): boolean {
  if (joined === undefined || joined === START) return joined === START;
  return !view.estate.policy.failureBudget || needs.includes(joined);
}

const joins = ({ steps }: StageDraft): boolean => steps.some(({ action }) => action === 'capture' || action === 'enrol');

const keyOf = ({ proxy }: TrafficScope): string => JSON.stringify(proxy);

function proxyKey(view: EstateView, id: string): string | undefined {
  const scope = scopeOf(view, id);
  return scope && keyOf(scope);
}

interface Before {
  view: EstateView;
  provider: MeshProvider;
  stage: StageDraft;
  /** Whether a proxy counts by then. */
  counting: (key: string) => boolean;
}

function replayOf(before: Before): Replay | undefined {
  const { view } = before;
  const calls = touchedCalls(before);
  // Only a server of metrics knows what was counted before anybody asked: without one, only names are compared.
  const isKept = view.estate.metrics.prometheus !== undefined;
  const found = isKept ? [...calls.flatMap((call) => edgeOf(before, call)), ...arrivalsOf(before)] : [];
  const edges = [...new Map(found.map((edge) => [edge.subject, edge])).values()];
  const names = namesOf(before, calls);
  if (edges.length + names.length === 0) return undefined;
  const stopAt = WHOLE_LEVEL * TESTS * Math.max(1, edges.length);
  return { windowSeconds: view.estate.policy.gate.windowSeconds, ...judgingOf(view), stopAt, edges, names };
}

/** All that call in one place: the workloads of one service, since its twins call in its unit's place; or a node alone. */
interface Call {
  callers: string[];
  callee: EstateService;
}

/** Calls to, and of, what the stage changes. */
function touchedCalls({ view, stage: { subjects } }: Before): Call[] {
  const services = [...new Set(subjects.flatMap((id) => view.workload(id)?.service ?? []))];
  const inPlaceOf = (id: string): string[] => {
    const service = view.workload(id)?.service;
    return service === undefined ? [id] : view.workloads(service).map((one) => one.id);
  };
  const to = services.flatMap((name) => {
    const callee = view.service(name);
    return callee && isPublished(callee) ? view.callersOf(name).map((id) => ({ callers: inPlaceOf(id), callee })) : [];
  });
  const from = services.flatMap((name) => {
    const callers = view.workloads(name).map(({ id }) => id);
    const callees = new Set(callers.flatMap((id) => view.calleesOf(id)).filter((callee) => callee.name !== name));
    return [...callees].map((callee) => ({ callers, callee }));
  });
  return [...to, ...from];
}

/** A unit that ends calls nobody afterwards, and its host's proxy may go with it. */
const isEnding = ({ view, stage }: Before, id: string): boolean =>
  stage.move === 'retire' && stage.subjects.some((one) => hostOf(view, one) !== undefined && hostOf(view, one) === hostOf(view, id));

const hostOf = (view: EstateView, id: string): string | undefined => view.host(placeOf(id)?.host ?? '')?.name;

/** The call as its callers' proxies count it, of those that did so before the stage. */
function edgeOf(before: Before, { callers, callee }: Call): ReplayEdge[] {
  const { view, provider, counting } = before;
  const through = callers.filter((id) => !isEnding(before, id) && calleesPastHost(view, id).includes(callee));
  // Of a service's workloads all may call by then what one of them was seen to call.
  const able = through.length === 0 ? [] : callers.filter((id) => !isEnding(before, id) && !view.isNeighbour(id, callee));
  const scopes = new Map(able.flatMap((id) => scopeOf(view, id) ?? []).map((scope) => [keyOf(scope), scope]));
  const known = [...scopes].filter(([key]) => counting(key)).map(([, scope]) => scope);
  return known.length === 0 ? [] : [provider.target.metrics.edge(known, publishedName(view, callee))];
}

/** Who joins is counted by no proxy before: whom it calls has counted what arrives. */
function arrivalsOf(before: Before): ReplayEdge[] {
  const { view, provider, stage, counting } = before;
  if (!joins(stage)) return [];
  const callees = new Set(stage.subjects.flatMap((id) => view.calleesOf(id).filter((one) => !view.isNeighbour(id, one))));
  return [...callees].flatMap(({ workload, port, protocol }) => {
    const scope = isUnitRef(workload) ? scopeOf(view, workloadIdOf(workload)) : undefined;
    if (!scope || port === undefined || !counting(keyOf(scope))) return [];
    return [provider.target.metrics.arrivals(scope, { port, protocol })];
  });
}

/** The names that hosts were told something for when they were discovered, but for those that the stage itself changes. */
function namesOf(before: Before, calls: readonly Call[]): Replay['names'] {
  const { view, stage } = before;
  const done = stage.steps.flatMap(({ apply }) => apply.flatMap((one) => (one.op === 'manual' ? one.done : [])));
  const changed = new Set(done.flatMap((check) => (check.check === 'name.resolves' ? [check.hostname] : [])));
  const asked = calls.flatMap(({ callers, callee: { hostname = '' } }) =>
    callers.filter((id) => !isEnding(before, id)).flatMap((id) => {
      const host = hostOf(view, id);
      const wasTold = host !== undefined && (view.host(host)?.names[hostname] ?? []).length > 0;
      return wasTold && !changed.has(hostname) ? [{ host, hostname }] : [];
    }),
  );
  return [...Map.groupBy(asked, ({ host }) => host)]
    .map(([host, own]) => ({ host, hostnames: [...new Set(own.map(({ hostname }) => hostname))].sort() }))
    .toSorted((a, b) => (a.host < b.host ? -1 : 1));
}
