import type { Moment } from './model.ts';
import type { ModelHost } from './state.ts';
import type { Stream } from './traffic.ts';

/** A share at its least, and when that was. */
export interface Worst {
  /** 0 to 1. */
  share: number;
  atMs: number;
  /** The service, or the site that is thought away. */
  of: string;
}

/** What the traffic of a rehearsal came to. */
export interface TrafficRecord {
  /** The service that answered least of its calls, at its worst moment. */
  serving: Worst;
  /** What would still be answered if the worst site were lost then, of all calls; absent where the estate names no sites. */
  surviving: Worst | undefined;
  /** The same before anything was changed. */
  survivingBefore: number | undefined;
  /** Calls that were not answered well, by why, in requests. */
  lost: Record<string, number>;
  requests: number;
  /** Calls with a proxy at one end and none at the other, in requests, and the most of them per second. */
  exposure: { requests: number; mostPerSecond: number; atMs: number };
  /** Calls that went past a proxy on connections older than it, in requests. */
  pastProxy: number;
}

/** Writes down what the model's traffic does. */
export class TrafficRecorder {
  readonly record: TrafficRecord = {
    serving: { share: 1, atMs: 0, of: '' },
    surviving: undefined,
    survivingBefore: undefined,
    lost: {},
    requests: 0,
    exposure: { requests: 0, mostPerSecond: 0, atMs: 0 },
    pastProxy: 0,
  };
  readonly #siteOf: Map<string, string>;

  constructor(hosts: ReadonlyMap<string, ModelHost>) {
    this.#siteOf = new Map(
      [...hosts].flatMap(([name, { site }]) => (site === undefined ? [] : [[name, site] as const])),
    );
  }

  readonly take = ({ fromMs, untilMs, streams }: Moment): void => {
    const seconds = (untilMs - fromMs) / 1000;
    for (const stream of streams) this.#count(stream, seconds);
    this.#serving(streams, fromMs);
    this.#surviving(streams, fromMs);
    const crossing = streams.filter(({ proxied, loss }) => loss === undefined && proxied.caller !== proxied.receiver);
    const perSecond = sumOf(crossing);
    const { exposure } = this.record;
    exposure.requests += perSecond * seconds;
    if (perSecond > exposure.mostPerSecond) Object.assign(exposure, { mostPerSecond: perSecond, atMs: fromMs });
  };

  #count({ perSecond, loss, past }: Stream, seconds: number): void {
    const requests = perSecond * seconds;
    if (loss !== 'caller down') this.record.requests += requests;
    if (loss !== undefined) this.record.lost[loss] = (this.record.lost[loss] ?? 0) + requests;
    if (past) this.record.pastProxy += requests;
  }

  #serving(streams: readonly Stream[], atMs: number): void {
    const calls = streams.filter(({ loss, perSecond }) => loss !== 'caller down' && perSecond > 0);
    for (const [of, own] of Map.groupBy(calls, ({ service }) => service)) {
      const share = sumOf(own.filter(({ loss }) => loss === undefined)) / sumOf(own);
      if (share < this.record.serving.share || this.record.serving.of === '') this.record.serving = { share, atMs, of };
    }
  }

  /** Each site in its turn is thought away, with what it serves; its own calls are gone with it. */
  #surviving(streams: readonly Stream[], atMs: number): void {
    const all = sumOf(streams);
    if (all === 0) return;
    for (const site of new Set(this.#siteOf.values())) {
      const isThere = (stream: Stream): boolean =>
        stream.at !== undefined && 'host' in stream.at && this.#siteOf.get(stream.at.host) === site;
      const share = sumOf(streams.filter((stream) => stream.loss === undefined && !isThere(stream))) / all;
      if (this.record.surviving === undefined || share < this.record.surviving.share - 1e-9)
        this.record.surviving = { share, atMs, of: site };
    }
    this.record.survivingBefore ??= this.record.surviving?.share;
  }
}

const sumOf = (streams: readonly Stream[]): number => streams.reduce((sum, { perSecond }) => sum + perSecond, 0);
