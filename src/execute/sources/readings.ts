import { type Told, UPTIME } from './scrape.ts';

/**
 * A gauge says what is, and may fall; everything else that is read only grows, until its proxy starts again. So does the
 * uptime: it is then the age of all that was carried on.
 */
const GAUGES = new Set(['envoy_cluster_upstream_cx_active', 'envoy_cluster_membership_total']);

interface Line {
  metric: string;
  labels: Readonly<Record<string, string>>;
  /** By the number of the reading. Absent: the proxy did not tell it then. */
  values: Map<number, number>;
  raw: number;
  /** What the proxy had counted before its last start, as far as it was read. */
  before: number;
}

/** How long after a moment a reading still tells of it, and how long before it, in milliseconds. */
const LATE_MS = 3_000;
const OLD_MS = 60_000;
/** A proxy may be so much younger than it should be, in seconds, because an answer took longer than the one before. */
const YOUNGER_SECONDS = 30;
/** Readings of one proxy that are kept. */
const MOST = 600;

/** What one proxy has told, reading by reading. A proxy that starts again counts on from where it was last read. */
export class Readings {
  readonly #lines = new Map<string, Line>();
  #times: { id: number; ms: number }[] = [];
  #next = 0;
  #uptime = 0;
  /** Before this its proxy did not run. */
  #bornMs = Number.NEGATIVE_INFINITY;

  /** @param ms when it was asked: what it counted while it answered is told too late, never too early */
  add(ms: number, told: readonly Told[]): void {
    const id = this.#next++;
    this.#followUptime(told.find(({ metric }) => metric === UPTIME)?.value ?? 0, ms);
    for (const one of told) {
      const line = this.#lineOf(one);
      if (one.value < line.raw) carryOn(line);
      line.raw = one.value;
      line.values.set(id, GAUGES.has(one.metric) ? one.value : line.before + one.value);
    }
    this.#times.push({ id, ms });
    if (this.#times.length > MOST) this.#thin();
  }

  /** One that fell was a start. One that is too small for the time was a start long ago: nobody knows what was counted before it. */
  #followUptime(uptime: number, ms: number): void {
    const expected = this.#uptime + (ms - this.lastMs) / 1000;
    const hasRestarted = uptime < this.#uptime;
    const isOther = !hasRestarted && this.#times.length > 0 && uptime < expected - YOUNGER_SECONDS;
    this.#uptime = uptime;
    if (hasRestarted) for (const line of this.#lines.values()) carryOn(line);
    if (!isOther && this.#times.length > 0) return;
    this.#lines.clear();
    this.#times = [];
    // Whole seconds are told.
    this.#bornMs = ms - (uptime + 1) * 1000;
  }

  get lastMs(): number {
    return this.#times.at(-1)?.ms ?? Number.NEGATIVE_INFINITY;
  }

  /**
   * The series of a metric, each with its value at a time: NaN where no reading tells of it, 0 where one does and the proxy
   * had not made the counter yet. A counter that a new proxy has not made yet keeps what it had; a gauge does not.
   */
  seriesOf(metric: string): { labels: Line['labels']; at(ms: number): number }[] {
    const last = this.#times.at(-1)?.id ?? -1;
    return [...this.#lines.values()]
      .filter((line) => line.metric === metric && (!GAUGES.has(metric) || line.values.has(last)))
      .map((line) => ({ labels: line.labels, at: (ms) => this.#valueOf(line, ms) }));
  }

  /** Whether a reading tells of a moment. */
  covers(ms: number): boolean {
    return this.#at(ms) >= 0;
  }

  #valueOf(line: Line, ms: number): number {
    let at = this.#at(ms);
    if (at < 0) return ms < this.#bornMs ? 0 : Number.NaN;
    for (; at >= 0; at -= 1) {
      const value = line.values.get(this.#times[at]?.id ?? -1);
      if (value !== undefined) return value;
    }
    return 0;
  }

  /** The newest reading up to a moment, or the first after it. */
  #at(ms: number): number {
    const before = this.#times.findLastIndex((one) => one.ms <= ms);
    if (before >= 0 && ms - (this.#times[before]?.ms ?? 0) <= OLD_MS) return before;
    const after = this.#times[before + 1];
    return after !== undefined && after.ms - ms <= LATE_MS ? before + 1 : -1;
  }

  #lineOf({ metric, labels }: Told): Line {
    const key = JSON.stringify([metric, labels]);
    const there = this.#lines.get(key) ?? { metric, labels, values: new Map<number, number>(), raw: 0, before: 0 };
    this.#lines.set(key, there);
    return there;
  }

  /** Forgets every second of the older half: what a window begins with is then older, and covers more. */
  #thin(): void {
    const gone = this.#times.filter((_, at) => at > 0 && at < MOST / 2 && at % 2 === 1);
    const ids = new Set(gone.map(({ id }) => id));
    this.#times = this.#times.filter(({ id }) => !ids.has(id));
    for (const { values } of this.#lines.values()) for (const id of ids) values.delete(id);
  }
}

function carryOn(line: Line): void {
  line.before += line.raw;
  line.raw = 0;
}
