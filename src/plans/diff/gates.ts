import type { Gate, MetricCheck, Replay } from '../gate.ts';
import { differencesOf } from './values.ts';

/** How a gate became different: it lets less pass, or more, or asks something else. */
export interface GateChange {
  /** The stage, or the step of a rung. */
  gate: string;
  how: 'tightened' | 'loosened' | 'changed';
  /** What of it: `max of error-rate of requests to port 8080 of vm-a`. */
  what: string;
  before?: unknown;
  after?: unknown;
}

type Body = Omit<GateChange, 'gate'>;

/** What became different between two gates; one that is absent asks nothing. */
export function gateChanges(gate: string, before: Gate | undefined, after: Gate | undefined): GateChange[] {
  const [old, fresh] = [before ?? nothing, after ?? nothing];
  const { checks: _a, metrics: _b, bakeMs: oldBake, replay: oldReplay, ...oldRest } = old;
  const { checks: _c, metrics: _d, bakeMs: freshBake, replay: freshReplay, ...freshRest } = fresh;
  const others = differencesOf(oldRest, freshRest).map(({ path, ...sides }): Body => ({ how: 'changed', what: path, ...sides }));
  const changes = [
    ...comeAndGone(old.checks, fresh.checks, (check) => `check ${JSON.stringify(check)}`),
    ...metricChanges(old.metrics, fresh.metrics),
    ...replayChanges(oldReplay, freshReplay),
    ...bound('bakeMs', oldBake, freshBake, 'more'),
    ...(before && after ? others : []),
  ];
  return changes.map((change) => ({ gate, ...change }));
}

const nothing: Gate = { checks: [], metrics: [], bakeMs: 0, timeoutMs: 0 };

/** What is asked in addition lets less pass. */
function comeAndGone<T>(before: readonly T[], after: readonly T[], wordsOf: (one: T) => string): Body[] {
  const [old, fresh] = [new Set(before.map(wordsOf)), new Set(after.map(wordsOf))];
  return [
    ...[...old].filter((words) => !fresh.has(words)).map((words): Body => ({ how: 'loosened', what: `${words} is not asked any more` })),
    ...[...fresh].filter((words) => !old.has(words)).map((words): Body => ({ how: 'tightened', what: `${words} is asked too` })),
  ];
}

/** What is seen again, by what a reader calls it; then how it is judged, and how it is asked. */
function replayChanges(before: Replay | undefined, after: Replay | undefined): Body[] {
  const named = (replay: Replay | undefined): string[] => [
    ...(replay?.edges ?? []).map(({ subject }) => `replay of ${subject}`),
    ...(replay?.names ?? []).flatMap(({ host, hostnames }) => hostnames.map((one) => `replay of ${one} on ${host}`)),
  ];
  const gone = comeAndGone(named(before), named(after), (words) => words);
  if (!before || !after) return gone;
  const bodyOf = ({ names: _, edges, ...rest }: Replay): object => {
    const kept = edges.filter(({ subject }) => [before, after].every((one) => one.edges.some((edge) => edge.subject === subject)));
    return { ...rest, edges: kept };
  };
  const others = differencesOf(bodyOf(before), bodyOf(after));
  return [...gone, ...others.map(({ path, ...sides }): Body => ({ how: 'changed', what: `${path} of the replay`, ...sides }))];
}

function metricChanges(before: readonly MetricCheck[], after: readonly MetricCheck[]): Body[] {
  const [old, fresh] = [byName(before), byName(after)];
  const kept = [...old].flatMap(([name, metric]) => {
    const now = fresh.get(name);
    return now ? boundsOf(name, metric, now) : [];
  });
  return [...comeAndGone([...old.keys()], [...fresh.keys()], (name) => name), ...kept];
}

/** By what a reader calls it; of several of one name each has its number. */
function byName(metrics: readonly MetricCheck[]): Map<string, MetricCheck> {
  const named = new Map<string, MetricCheck>();
  for (const metric of metrics) {
    const name = `${metric.name} of ${metric.subject}`;
    let free = name;
    for (let number = 2; named.has(free); number += 1) free = `${name} (${number})`;
    named.set(free, metric);
  }
  return named;
}

function boundsOf(name: string, before: MetricCheck, after: MetricCheck): Body[] {
  const { min: oldMin, max: oldMax, stopAt: oldStop, minRequests: oldLeast, ...old } = withBounds(before);
  const { min, max, stopAt, minRequests, ...fresh } = withBounds(after);
  return [
    ...bound(`max of ${name}`, oldMax, max, 'less'),
    ...bound(`min of ${name}`, oldMin, min, 'more'),
    ...bound(`stopAt of ${name}`, oldStop, stopAt, 'less'),
    ...bound(`minRequests of ${name}`, oldLeast, minRequests, 'more'),
    ...differencesOf(old, fresh).map(({ path, ...sides }): Body => ({ how: 'changed', what: `${path} of ${name}`, ...sides })),
  ];
}

const withBounds = (metric: MetricCheck): MetricCheck & { min?: number | undefined; max?: number | undefined; stopAt?: number } => metric;

/** @param tighter whether more or less of the number lets less pass; without the number anything does */
function bound(what: string, before: number | undefined, after: number | undefined, tighter: 'more' | 'less'): Body[] {
  if (before === after) return [];
  const sign = tighter === 'more' ? 1 : -1;
  const loosest = Number.NEGATIVE_INFINITY;
  const [was, is] = [before, after].map((value) => (value === undefined ? loosest : sign * value)) as [number, number];
  const sides = { ...(before !== undefined && { before }), ...(after !== undefined && { after }) };
  return [{ how: is > was ? 'tightened' : 'loosened', what, ...sides }];
}
