import type { Operation } from '../../plans/operation.ts';
import type { Clock } from '../../ports/contracts.ts';
import type { Stamp } from '../handler.ts';
import { Counters } from './counters.ts';
import type { Facts } from './facts.ts';
import { isExpired, MeshView } from './mesh-view.ts';
import { startState, type WorldState } from './state.ts';
import type { Illness } from './ends.ts';
import { type Stream, trafficIn } from './traffic.ts';

/** The process ends here, at once: nothing after it is done or written. */
export class Killed extends Error {}

/** What somebody who watches the model is told: the calls as they go from `fromMs` on, until something changes. */
export interface Moment {
  fromMs: number;
  untilMs: number;
  streams: readonly Stream[];
  /** A host or pods were down, or a certificate had ended. */
  disturbed: boolean;
}

/**
 * An estate in virtual time. Time passes only while somebody sleeps; in between everything is as it was left, and the
 * traffic goes as the state makes it go.
 */
export class EstateModel {
  readonly facts: Facts;
  readonly state: WorldState;
  readonly counters = new Counters();
  readonly illness = new Map<string, Illness>();
  /** Until then nobody answers for metrics; 0: they do. */
  metricsGoneUntil = 0;
  /** Until then the API server gives no answer; 0: it does. */
  clusterGoneUntil = 0;
  /** Nobody does what steps ask of a person. */
  isPersonAway = false;
  /** How many times slower than usual pods restart. */
  rolloutFactor = 1;
  /** Points of the process at which it can be killed, and the one at which it is. */
  points = 0;
  killAt = Number.POSITIVE_INFINITY;
  /** What puts right what faults have done, for whoever repairs the estate. */
  readonly repairs: (() => void)[] = [];
  /** Told before each change. */
  onAct: ((operation: Operation, stamp: Stamp) => void) | undefined;
  onMoment: ((moment: Moment) => void) | undefined;
  #nowMs: number;
  #streams: readonly Stream[] = [];
  #isDisturbed = false;
  #isChanged = true;
  #since: number;
  readonly #later: { ms: number; act: () => void }[] = [];

  constructor(facts: Facts, startMs: number) {
    this.facts = facts;
    this.state = startState(facts);
    this.#nowMs = startMs;
    this.#since = startMs;
  }

  readonly clock: Clock = {
    now: () => this.#nowMs,
    sleep: (ms) => {
      this.point();
      this.pass(ms);
      return Promise.resolve(true);
    },
  };

  get nowMs(): number {
    return this.#nowMs;
  }

  /** How things are now. */
  get mesh(): MeshView {
    return new MeshView(this.facts, this.state, this.#nowMs);
  }

  /** The calls as they go now. */
  streams(): readonly Stream[] {
    this.#settle();
    return this.#streams;
  }

  /** Something has changed: from now on the traffic goes otherwise. */
  changed(): void {
    this.#isChanged = true;
  }

  /** A place at which the process may be killed. @throws Killed */
  point(): void {
    this.points += 1;
    if (this.points > this.killAt) throw new Killed(`at point ${this.killAt}`);
  }

  /** Somebody puts right what faults have done. */
  repair(): void {
    for (const undo of this.repairs.splice(0).toReversed()) undo();
    this.changed();
  }

  /** Does something when that time has come, whoever lives then. */
  later(ms: number, act: () => void): void {
    this.#later.push({ ms, act });
    this.#later.sort((a, b) => a.ms - b.ms);
  }

  /** Lets time pass. */
  pass(ms: number): void {
    const untilMs = this.#nowMs + ms;
    for (let next = this.#later[0]; next !== undefined && next.ms <= untilMs; next = this.#later[0]) {
      this.#later.shift();
      this.#go(Math.max(next.ms, this.#nowMs));
      next.act();
      this.changed();
    }
    this.#go(untilMs);
  }

  #go(toMs: number): void {
    this.#settle();
    this.#nowMs = toMs;
  }

  #settle(): void {
    if (!this.#isChanged) return;
    this.#isChanged = false;
    const { facts, state, illness } = this;
    this.flush();
    const { streams, flows } = trafficIn({ facts, state, mesh: this.mesh, nowMs: this.#nowMs, illness });
    this.#streams = streams;
    const hasEnded = [...state.hosts.values()].some((host) => isExpired(host, this.#nowMs));
    this.#isDisturbed = hasEnded || [...state.hosts.values(), ...state.pods.values()].some(({ isUp }) => !isUp);
    this.counters.set(flows, this.#nowMs);
  }

  /** Tells whoever watches what went on until now. */
  flush(): void {
    if (this.#nowMs > this.#since)
      this.onMoment?.({
        fromMs: this.#since,
        untilMs: this.#nowMs,
        streams: this.#streams,
        disturbed: this.#isDisturbed,
      });
    this.#since = this.#nowMs;
  }
}
