import type { Estate } from '../estate/schema.ts';
import type { Answer, CheckKind, CheckOf, ProxyRef } from '../plans/check.ts';
import type { OperationKind, OperationOf } from '../plans/operation.ts';
import type { Clock, KubePort, MetricsPort, SshPort } from '../ports/contracts.ts';
import type { SeriesSource } from './world/promql.ts';

/** Everything outside that operations and checks may touch. */
export interface World {
  estate: Estate;
  ssh: SshPort;
  /** The named cluster of the estate; throws MW12xx when it is unknown. */
  kube(cluster: string): KubePort;
  metrics: MetricsPort;
  /** What the proxies count themselves, for an estate without a metrics server; absent where there is one. */
  counters?: ProxyCounters;
  clock: Clock;
}

/** A memory of what proxies count. */
export interface ProxyCounters {
  /** Asks proxies for what they count by now; the series are of what was read so far. @throws MW1831 for one that does not say it */
  read(world: World, proxies: readonly ProxyRef[], nowMs: number): Promise<SeriesSource>;
}

/** Who creates a thing: written on every object, file and unit we own, after its intent is durable. */
export interface Stamp {
  run: string;
  planDigest: string;
  step: string;
  token: number;
}

export interface OperationContext {
  world: World;
  stamp: Stamp;
  timeoutMs: number;
}

/** What the target says about an operation. `foreign`: somebody else's doing is in the way, and who. */
export type ProbeResult = { state: 'done' | 'not-done' | 'partial' } | { state: 'foreign'; who: string };

/** What a dry run shows: the same change as the server or the host would make it. */
export interface Preview {
  target: string;
  change: 'create' | 'update' | 'delete' | 'none' | 'run';
  /** A unified diff or a line of prose; sanitized when it is printed, not here. */
  diff: string;
}

/** One kind of operation. Every method may be called again after a crash at any instant. */
export interface OperationHandler<K extends OperationKind> {
  probe(operation: OperationOf<K>, context: OperationContext): Promise<ProbeResult>;
  /**
   * Keeps with the target what is there before the change, and says where. The first record of a run wins:
   * after a crash it must not be overwritten with what the change itself left.
   */
  remember(operation: OperationOf<K>, context: OperationContext): Promise<string[]>;
  /** Idempotent. Returns what was observed afterwards, one short line each, for the journal. */
  apply(operation: OperationOf<K>, context: OperationContext): Promise<string[]>;
  /** Changes nothing. */
  preview(operation: OperationOf<K>, context: OperationContext): Promise<Preview>;
}

/** Answers one kind of check by reading. Unreachable or unparsable is `unknown`, with the reason. */
export type CheckReader<K extends CheckKind> = (check: CheckOf<K>, world: World) => Promise<Answer>;
