import { isUnitRef } from '../../estate/schema.ts';
import type { Workload } from '../../inventory/schema.ts';
import type { Group } from '../groups.ts';
import type { EstateView } from '../view.ts';
import { type Figure, type Mode, type ModeFigures, modes } from './figures.ts';
import type { Amounts, PlanCost, Range } from './schema.ts';
import { costSources, type CostSourceId } from './sources.ts';
import { type ProxyTraffic, TrafficView } from './traffic.ts';

const BYTES_PER_MB = 1e6;
const BYTES_PER_MIB = 1_048_576;

/** Workloads behind one proxy, or behind one for each pod. */
interface Proxied {
  workloads: Workload[];
  proxies: number;
  on: 'host' | 'pods';
}

/**
 * What joining costs, as a range from the lowest to the highest published figure that is of the cluster's release or an
 * earlier one, scaled with the rate: CPU with requests, memory with the number of proxies, latency with nothing.
 * Nothing where nothing joins, or for a mesh of which nothing is known.
 */
export function predictCost(view: EstateView, groups: readonly Group[]): PlanCost | undefined {
  if (view.estate.provider.name !== 'istio') return undefined;
  const version = view.cluster(view.estate.provider.cluster)?.mesh?.version;
  const traffic = new TrafficView(view);
  const workloads = groups
    .flatMap((group) => proxiedOf(view, group))
    .map((proxied) => entryOf(traffic, proxied, releaseOf(version)));
  if (workloads.length === 0) return undefined;
  const used = new Set(workloads.flatMap(({ sidecar, ambient }) => [...(sidecar?.sources ?? []), ...(ambient?.sources ?? [])]));
  const total = totalOf(view, workloads);
  return {
    basis: 'prediction',
    ...(version !== undefined && { version }),
    workloads,
    ...(total && { total }),
    sources: Object.entries(costSources).flatMap(([id, source]) => (used.has(id) ? [{ id, ...source }] : [])),
  };
}

/** What is published of one sidecar in the cluster's release and earlier ones; nothing for a mesh of which nothing is known. */
export function predictedOfProxy(view: EstateView): { p50Ms: Range; p99Ms: Range; millicoresPerThousand: Range } | undefined {
  if (view.estate.provider.name !== 'istio') return undefined;
  const release = releaseOf(view.cluster(view.estate.provider.cluster)?.mesh?.version);
  const { cpuPerThousand, p50, p99 } = modes.sidecar;
  const of = (figures: readonly Figure[]): Range => spanOf(knownIn(release, figures));
  return { p50Ms: of(p50), p99Ms: of(p99), millicoresPerThousand: of(cpuPerThousand) };
}

/** The workloads of a group that join: its units behind one proxy, each of its pods behind one of its own. */
function proxiedOf(view: EstateView, { services }: Group): Proxied[] {
  const off = services.flatMap(({ name }) => view.workloads(name)).filter(({ position }) => position.mesh === 'off');
  const units = off.filter(({ position }) => position.platform === 'vm');
  const pods = off.flatMap((workload): Proxied[] => {
    const ref = view.refOf(workload.id);
    if (!ref || isUnitRef(ref)) return [];
    return [{ workloads: [workload], proxies: view.kubeWorkload(ref)?.replicas ?? 1, on: 'pods' }];
  });
  return [...(units.length > 0 ? [{ workloads: units, proxies: 1, on: 'host' as const }] : []), ...pods];
}

function entryOf(traffic: TrafficView, { workloads, proxies, on }: Proxied, release: Release): PlanCost['workloads'][number] {
  const services = workloads.map(({ service }) => service);
  const through = traffic.through(services, services.flatMap((service) => traffic.callersIn(service)));
  const of = (mode: Mode): Amounts | undefined => amountsOf(modes[mode], release, through, proxies);
  const [sidecar, ambient] = [of('sidecar'), on === 'pods' ? of('ambient') : undefined];
  return {
    workloads: workloads.map(({ id }) => id),
    services,
    proxies,
    requestsPerSecond: Math.round(through.perSecond * 1000) / 1000,
    rate: through.rate,
    ...(through.leftOut.length > 0 && { leftOut: through.leftOut }),
    ...(sidecar && { sidecar }),
    ...(ambient && { ambient }),
  };
}

type Release = readonly [number, number] | undefined;

/** The major and minor number of a version such as `1.31-alpha.eed52ebb66ad`; nothing where it has none. */
function releaseOf(version: string | undefined): Release {
  const [, major, minor] = /^v?(\d+)\.(\d+)/.exec(version ?? '') ?? [];
  return major === undefined || minor === undefined ? undefined : [Number(major), Number(minor)];
}

const isKnownIn = (release: Release, { version: [major, minor] }: Figure): boolean =>
  release === undefined || release[0] > major || (release[0] === major && release[1] >= minor);

/** Those of the release and earlier ones; all, where these alone would be one number. */
function knownIn(release: Release, figures: readonly Figure[]): readonly Figure[] {
  const known = figures.filter((one) => isKnownIn(release, one));
  const { low, high } = spanOf(known);
  return low < high ? known : figures;
}

/** Nothing where nothing was published of the release or an earlier one. */
function amountsOf(
  all: ModeFigures,
  release: Release,
  { perSecond }: ProxyTraffic,
  proxies: number,
): Amounts | undefined {
  if (!all.cpuPerThousand.some((one) => isKnownIn(release, one))) return undefined;
  const known = (figures: readonly Figure[]): readonly Figure[] => knownIn(release, figures);
  const [cpu, each, once] = [known(all.cpuPerThousand), known(all.memoryEach), known(all.memoryOnce)];
  const [p50, p99] = [known(all.p50), known(all.p99)];
  return {
    cpuMillicores: whole(spanOf(cpu), perSecond / 1000),
    memoryMib: whole(memoryOf(spanOf(each), spanOf(once), proxies), BYTES_PER_MB / BYTES_PER_MIB),
    p50Ms: spanOf(p50),
    p99Ms: spanOf(p99),
    sources: [...new Set([cpu, each, once, p50, p99].flat().map(({ source }): CostSourceId => source))].sort(),
  };
}

/** Pods may share a node's proxy: at the least there is one of them. */
const memoryOf = (each: Range, once: Range, proxies: number): Range =>
  once.high === 0
    ? { low: each.low * proxies, high: each.high * proxies }
    : { low: each.low + once.low, high: each.high * Math.max(1, proxies) + once.high };

function spanOf(figures: readonly Figure[]): Range {
  const values = figures.map(({ value }) => value);
  return values.length === 0 ? { low: 0, high: 0 } : { low: Math.min(...values), high: Math.max(...values) };
}

/** To whole numbers, outwards, so that it stays a range. */
function whole({ low, high }: Range, factor: number): Range {
  const least = Math.floor(low * factor);
  return { low: least, high: Math.max(least + 1, Math.ceil(high * factor)) };
}

/** Sidecars in all: the requests of a service that has two workloads are counted at one of them. */
function totalOf(view: EstateView, entries: PlanCost['workloads']): PlanCost['total'] {
  const twins = new Set(view.inventory.workloads.filter(({ role }) => role === 'twin').map(({ id }) => id));
  const sidecars = entries.flatMap(({ sidecar }) => sidecar ?? []);
  if (sidecars.length === 0) return undefined;
  const isTwin = ({ workloads }: (typeof entries)[number]): boolean => workloads.every((id) => twins.has(id));
  const primaries = entries.filter((entry) => !isTwin(entry)).flatMap(({ sidecar }) => sidecar ?? []);
  const sum = (ranges: readonly Range[]): Range => ({
    low: ranges.reduce((all, { low }) => all + low, 0),
    high: ranges.reduce((all, { high }) => all + high, 0),
  });
  const cpu = sum((primaries.length > 0 ? primaries : sidecars).map(({ cpuMillicores }) => cpuMillicores));
  return { cpuMillicores: cpu, memoryMib: sum(sidecars.map(({ memoryMib }) => memoryMib)) };
}
