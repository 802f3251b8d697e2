import { meshError } from '../../errors/index.ts';
import type { ProxyRef } from '../../plans/check.ts';
import type { ProxyCounters, World } from '../handler.ts';
import { proxiesOf } from '../checks/proxies.ts';
import type { Selector } from '../world/promql-parse.ts';
import type { Series, SeriesSource } from '../world/promql.ts';
import { Readings } from './readings.ts';
import { parseStats } from './scrape.ts';

/** One proxy that counts, under the labels that a metrics server would give its series. */
interface Counting {
  labels: Readonly<Record<string, string>>;
  readings: Readings;
}

/**
 * What proxies count, as they tell it themselves, for an estate without a metrics server. Each proxy is asked once for each
 * look at a gate. What was read is kept as long as this process runs: nothing is told of a time before its first reading.
 */
export class OwnCounters implements ProxyCounters {
  readonly #known = new Map<string, Counting>();
  readonly #rounds = new Map<string, { ms: number; round: Promise<Counting[]> }>();

  /**
   * Asks proxies for what they count by now. Of several questions at one moment the first alone is put.
   *
   * @throws MW1831 for a proxy that gives no answer, or none that is understood
   */
  async read(world: World, proxies: readonly ProxyRef[], nowMs: number): Promise<SeriesSource> {
    const found = await Promise.all(proxies.map((proxy) => this.#round(world, proxy, nowMs)));
    return seriesFrom(found.flat());
  }

  #round(world: World, proxy: ProxyRef, ms: number): Promise<Counting[]> {
    const key = JSON.stringify(proxy);
    const last = this.#rounds.get(key);
    if (last?.ms === ms) return last.round;
    const round = this.#ask(world, proxy, ms);
    this.#rounds.set(key, { ms, round });
    return round;
  }

  async #ask(world: World, proxy: ProxyRef, ms: number): Promise<Counting[]> {
    const asked = await askedOf(world, proxy);
    const texts = await Promise.all(asked.map(async (one) => ({ ...one, text: await one.read() })));
    return texts.map(({ name, labels, text }) => {
      const told = explained(name, text);
      const key = JSON.stringify(labels);
      const there = this.#known.get(key) ?? { labels, readings: new Readings() };
      this.#known.set(key, there);
      there.readings.add(ms, told);
      return there;
    });
  }
}

function explained(proxy: string, text: string): ReturnType<typeof parseStats> {
  try {
    return parseStats(text);
  } catch (error) {
    throw meshError('MW1831', { proxy, reason: error instanceof Error ? error.message.slice(0, 200) : '' });
  }
}

interface AskedOne {
  name: string;
  labels: Readonly<Record<string, string>>;
  read: () => Promise<string>;
}

async function askedOf(world: World, proxy: ProxyRef): Promise<AskedOne[]> {
  const found = await proxiesOf(proxy, world);
  const words = 'host' in proxy ? `host ${proxy.host}` : `${proxy.kind} ${proxy.namespace}/${proxy.name}`;
  if ('why' in found) throw meshError('MW1831', { proxy: words, reason: found.why });
  return found.proxies.map((one) => ({
    name: one.proxy,
    labels: labelsOf(world, proxy, one.pod),
    read: one.readStats,
  }));
}

/** As a metrics server labels what it scrapes, which is what the queries of a plan ask for. */
function labelsOf({ estate }: World, proxy: ProxyRef, pod = ''): AskedOne['labels'] {
  if (!('host' in proxy)) {
    const { cluster, namespace } = proxy;
    return { namespace, pod, instance: `${cluster}/${namespace}/${pod}` };
  }
  const address = estate.hosts.find(({ name }) => name === proxy.host)?.address ?? proxy.host;
  return { instance: `${address}:15090` };
}

/** The series of some proxies, with `up` of each: whether it was read at a time. */
const seriesFrom = (proxies: readonly Counting[]): SeriesSource => ({
  select: (selector) => proxies.flatMap((one) => selected(one, selector)),
});

function selected({ labels, readings }: Counting, { metric, labels: matchers }: Selector): Series[] {
  const all =
    metric === 'up' ? [{ labels: {}, at: (ms: number) => Number(readings.covers(ms)) }] : readings.seriesOf(metric);
  return all
    .map(({ labels: own, at }) => ({ labels: { ...own, ...labels }, sinceMs: Number.NEGATIVE_INFINITY, at }))
    .filter((one) =>
      matchers.every(({ name, matches }) => matches((one.labels as Record<string, string>)[name] ?? '')),
    );
}
