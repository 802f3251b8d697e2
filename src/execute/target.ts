import type { EdgeCounts, Sample } from '../gates/sample.ts';
import type { Answer, Check } from '../plans/check.ts';
import type { Gate, MetricCheck, ReplayEdge } from '../plans/gate.ts';
import { proxiesNamed } from '../plans/metric-parts.ts';
import type { MeasuredProxy, ProxyCost } from '../plans/measure.ts';
import type { Operation } from '../plans/operation.ts';
import type { Clock } from '../ports/contracts.ts';
import { readCheck } from './checks/index.ts';
import { type Told, toldOn } from './checks/names.ts';
import type { OperationContext, ProbeResult, World } from './handler.ts';
import { act, probe, remember } from './operations/index.ts';
import { sampleByCounters } from './sources/by-counters.ts';
import { edgeByQuery, sampleByQuery } from './sources/by-query.ts';
import { proxyCost } from './sources/proxy-cost.ts';

/** For whom an operation is done, and how long it may take. */
export type DeedContext = Omit<OperationContext, 'world'>;

/** The span of time that one look at a gate is about, both in milliseconds of the target's clock. */
export interface Look {
  /** When the gate began to bake. */
  sinceMs: number;
  nowMs: number;
}

/**
 * What a run acts on: the estate itself, or a model of it. The methods of an operation may be called again after a crash
 * at any instant, as those of its handler; they throw coded errors alone.
 */
export interface Target {
  clock: Clock;
  /** The same target, whose every wait is by another clock. Absent: its waits cannot be watched. */
  withClock?(clock: Clock): Target;
  /** How far an operation has come there. */
  probe(operation: Operation, context: DeedContext): Promise<ProbeResult>;
  /** Keeps with the target what is there before the change; the first record of a run wins. */
  remember(operation: Operation, context: DeedContext): Promise<void>;
  /** Idempotent. Returns what was observed afterwards, one short line each, for the journal. */
  act(operation: Operation, context: DeedContext): Promise<string[]>;
  /** Answers one check by reading. What cannot be asked is `unknown`, never an exception. */
  read(check: Check): Promise<Answer>;
  /**
   * Told that a gate begins to bake: a source that counts from then on remembers what is counted by now. Absent where the
   * source needs no telling. @throws a coded error when it cannot be asked
   */
  begin?(gate: Gate): Promise<void>;
  /** What the source of metrics says of one check. @throws a coded error when it cannot be asked */
  sample(check: MetricCheck, look: Look): Promise<Sample>;
  /** What the source of metrics counted of one call in a span of time. @throws a coded error when it cannot be asked */
  count(edge: ReplayEdge, look: Look): Promise<EdgeCounts>;
  /** What a proxy adds to requests, and needs. Absent of a model, which has no proxies. @throws a coded error when the source cannot be asked */
  cost?(proxy: MeasuredProxy): Promise<Omit<ProxyCost, 'subject'>>;
  /** The addresses that a host is told for each name, sorted. @throws a coded error when it cannot be asked */
  told(host: string, hostnames: readonly string[]): Promise<Told[]>;
}

/** The estate itself, through its ports. */
export function worldTarget(world: World): Target {
  const { counters } = world;
  return {
    clock: world.clock,
    withClock: (clock) => worldTarget({ ...world, clock }),
    probe: async (operation, context) => await probe(operation, { ...context, world }),
    remember: async (operation, context) => void (await remember(operation, { ...context, world })),
    act: async (operation, context) => await act(operation, { ...context, world }),
    read: async (check) => await readCheck(check, world),
    ...(counters && {
      begin: async (gate: Gate) =>
        void (await counters.read(world, gate.metrics.flatMap(proxiesNamed), world.clock.now())),
    }),
    sample: async (check, look) =>
      counters ? await sampleByCounters(counters, world, check, look) : await sampleByQuery(world.metrics, check, look),
    count: async (edge, look) => await edgeByQuery(world.metrics, edge, look),
    cost: async (proxy) => await proxyCost(proxy, world),
    told: async (host, hostnames) => await toldOn(host, hostnames, world),
  };
}
