import { NO_LATEST, type WaveProblem } from '../../graph/waves/problem.ts';
import type { EstateView } from '../view.ts';
import type { Joining } from './problem.ts';

/** Why a wave holds what it holds, a sentence each: what is together, what had to wait and for whom, and what is full. */
export function reasonsOf(view: EstateView, joining: Joining, problem: WaveProblem, wave: Int32Array, at: number): string[] {
  const nodes = [...problem.size.keys()].filter((node) => wave[node] === at);
  const scene: Scene = { view, joining, problem, wave, at, nodes, name: (node) => nameOf(joining, node) };
  return [...first(scene), ...togetherness(scene), ...waits(scene), ...pins(scene), ...fullness(scene), ...exposure(scene)];
}

interface Scene {
  view: EstateView;
  joining: Joining;
  problem: WaveProblem;
  wave: Int32Array;
  at: number;
  nodes: number[];
  name: (node: number) => string;
}

function nameOf({ groups, bundles }: Joining, node: number): string {
  return (bundles[node] ?? []).map((group) => groups[group]?.name ?? '').sort().join(', ');
}

function first({ at, nodes, problem: { critical, limits } }: Scene): string[] {
  if (at !== 1) return [];
  const calm = nodes.every((node) => critical[node] === 0);
  return [`the first wave shows what the mesh costs here: at most ${workloads(limits.first.maxSize)}${calm ? ', none of them of tier 0' : ''}`];
}

function togetherness({ nodes, name, joining: { bundles } }: Scene): string[] {
  return nodes.filter((node) => (bundles[node]?.length ?? 0) > 1).map((node) => `${name(node)} move together: they call each other in a circle, or the estate says so`);
}

/** What joined earlier because it had to: of each of them one sentence. */
function waits({ nodes, problem: { before }, wave, at, name }: Scene): string[] {
  const here = new Set(nodes);
  const bound = before.filter(({ first, second }) => here.has(second) && wave[first] !== at);
  const byLater = [...Map.groupBy(bound, ({ second }) => second)];
  return byLater.map(([second, pairs]) => `${name(second)} comes after ${pairs.map(({ first }) => name(first)).sort().join(', ')}, whose VM joins before its callers`);
}

function pins({ nodes, name, problem: { earliest, latest } }: Scene): string[] {
  return nodes.flatMap((node) => {
    const [from = 1, until = NO_LATEST] = [earliest[node], latest[node]];
    if (from === 1 && until === NO_LATEST) return [];
    const words = [...(from > 1 ? [`not before wave ${from}`] : []), ...(until < NO_LATEST ? [`not after wave ${until}`] : [])];
    return [`the estate has ${name(node)} ${words.join(' and ')}`];
  });
}

/** Which limit keeps the next wave's groups out of this one. */
function fullness({ view, nodes, wave, at, problem }: Scene): string[] {
  const next = [...problem.size.keys()].filter((node) => wave[node] === at + 1);
  if (next.length === 0) return [];
  const sum = (of: ArrayLike<number>, all: readonly number[]): number => all.reduce((total, node) => total + (of[node] ?? 0), 0);
  const least = (of: ArrayLike<number>): number => Math.min(...next.map((node) => of[node] ?? 0));
  const { limits, size, traffic, critical } = problem;
  const maxSize = at === 1 ? Math.min(limits.first.maxSize, limits.maxSize) : limits.maxSize;
  const full = [
    ...(sum(size, nodes) + least(size) > maxSize ? [workloads(maxSize)] : []),
    ...(sum(traffic, nodes) + least(traffic) > limits.maxTraffic ? [`${round(view.estate.policy.waves.maxShare * 100)} % of all traffic`] : []),
    ...(sum(critical, nodes) + least(critical) > limits.maxCritical ? [`${limits.maxCritical} of tier 0`] : []),
  ];
  return full.length === 0 ? [] : [`it is full: a wave holds at most ${full.join(', ')}`];
}

/** The busiest calls that stay half in the mesh after this wave, and until when. */
function exposure({ problem: { from, to, rate, weights }, wave, at, name }: Scene): string[] {
  const open = [...rate.keys()].filter((call) => {
    const [one = 0, other = 0] = [wave[from[call] ?? 0], wave[to[call] ?? 0]];
    return Math.min(one, other) === at && Math.max(one, other) > at;
  });
  const busiest = open.sort((a, b) => (rate[b] ?? 0) - (rate[a] ?? 0) || a - b).slice(0, 3);
  return busiest.map((call) => {
    const [caller, callee] = [from[call] ?? 0, to[call] ?? 0];
    const until = Math.max(wave[caller] ?? 0, wave[callee] ?? 0);
    const hours = (until - at) * weights.hoursPerWave * (rate[call] ?? 0);
    return `calls of ${name(caller)} to ${name(callee)} are half in the mesh until wave ${until}: ${round(hours)} request-hours`;
  });
}

const workloads = (count: number): string => `${count} ${count === 1 ? 'workload' : 'workloads'}`;
const round = (value: number): number => Math.round(value * 100) / 100;
