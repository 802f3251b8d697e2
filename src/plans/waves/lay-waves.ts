import { solveWaves } from '../../graph/waves/solve.ts';
import type { ConflictPart } from '../../graph/waves/constraints.ts';
import { meshError } from '../../errors/index.ts';
import type { WaveProblem } from '../../graph/waves/problem.ts';
import { finding } from '../finding.ts';
import type { Group } from '../groups.ts';
import type { PlanFinding, PlanOrder } from '../plan.ts';
import type { EstateView } from '../view.ts';
import { bundlesOf, groupCalls, sizeOfGroup } from './bundles.ts';
import { conflictWords } from './conflict-words.ts';
import { orderOf } from './order.ts';
import { precedences } from './precedence.ts';
import { type Joining, problemOf } from './problem.ts';
import { partsOf, stageOrder } from './stage-order.ts';
import { togetherConflicts } from './together.ts';

/** The waves of all joins. */
export interface LaidWaves {
  /** All groups: first those in the mesh already, then the others in the order of their stages, wave by wave. */
  groups: Group[];
  /** The wave that a group joins in; absent for one that is in the mesh already. */
  waveOf: ReadonlyMap<Group, number>;
  order: PlanOrder;
  findings: PlanFinding[];
}

/**
 * Groups that have an order, and findings about those that have none: VMs that call each other in a circle, each of which
 * would have to join before the others.
 *
 * @param unsorted groups that no finding forbids so far
 */
export function withoutCircles(
  view: EstateView,
  unsorted: readonly Group[],
  needsServerFirst: boolean,
): { groups: Group[]; findings: PlanFinding[] } {
  const groups = unsorted.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const { between } = groupCalls(view, groups);
  const { circles } = stageOrder(groups.length, between, precedences(view, groups, between, needsServerFirst));
  const inCircle = new Set(circles.flat());
  return {
    groups: groups.filter((_, at) => !inCircle.has(at)),
    findings: circles.flatMap((members) => circle(members.flatMap((at) => groups[at] ?? []))),
  };
}

/**
 * Lays the joins of groups out in waves. Pure and deterministic: neither the order of the groups nor that of the
 * inventory matters.
 *
 * @param all groups that no finding forbids, by name
 * @param options.needsServerFirst whether the mesh's clients cannot call a server that is outside it
 */
export function layWaves(
  view: EstateView,
  all: readonly Group[],
  { needsServerFirst, moves }: { needsServerFirst: boolean; moves?: number | undefined },
): LaidWaves {
  const groups = all.filter((group) => sizeOfGroup(view, group) > 0);
  const calls = groupCalls(view, groups);
  const joining: Joining = {
    groups,
    bundles: bundlesOf(view, groups, calls.between),
    calls,
    precedences: precedences(view, groups, calls.between, needsServerFirst),
  };
  const problem = problemOf(view, joining);
  const { wave, findings } = solved(view, joining, problem, moves);
  const waveOf = new Map(joining.bundles.flatMap((bundle, node) => bundle.map((at) => [groups[at] as Group, wave[node] ?? 1] as const)));
  const { order } = stageOrder(groups.length, calls.between, joining.precedences);
  const rank = new Map(order.map((at, position) => [groups[at], position]));
  const byWave = (a: Group, b: Group): number => (waveOf.get(a) ?? 0) - (waveOf.get(b) ?? 0) || (rank.get(a) ?? 0) - (rank.get(b) ?? 0);
  return {
    groups: [...all.filter((group) => !waveOf.has(group)), ...groups.toSorted(byWave)],
    waveOf,
    order: orderOf(view, joining, problem, wave),
    findings: [...togetherConflicts(view, groups, calls.between), ...findings],
  };
}

/** The solver's waves; where no order keeps every limit, each bundle one after the other, and a finding that says why. */
function solved(view: EstateView, joining: Joining, problem: WaveProblem, moves: number | undefined): { wave: Int32Array; findings: PlanFinding[] } {
  const result = solveWaves(problem, moves === undefined ? {} : { moves });
  if (!('conflict' in result)) return { wave: result.wave, findings: [] };
  const wave = oneByOne(joining, problem);
  return { wave, findings: [conflict(view, joining, result.conflict, result.proven)] };
}

function conflict(view: EstateView, { groups, bundles }: Joining, parts: readonly ConflictPart[], proven: boolean): PlanFinding {
  const name = (node: number): string => (bundles[node] ?? []).map((at) => groups[at]?.name ?? '').join(' and ');
  const [first] = parts.flatMap(({ groups: nodes }) => nodes).flatMap((node) => bundles[node] ?? []);
  const named = [...new Set(parts.map((part) => conflictWords(part, name)))].join('; ') || 'none in particular';
  const error = meshError(proven ? 'MW1340' : 'MW1341', { conflict: named });
  return finding(error.code, 'error', groups[first ?? 0]?.name ?? view.estate.name, error);
}

/**
 * Waves of one bundle each: they keep no limit, but break no hard rule. Callees come first, as far as what must come first
 * lets them; bundles that must each come before another of them have one wave, in which the order of stages keeps it.
 */
function oneByOne({ bundles }: Joining, { from, to, before }: WaveProblem): Int32Array {
  const calls = [...from].map((caller, call) => ({ first: to[call] ?? 0, second: caller }));
  const wave = new Int32Array(bundles.length);
  const inWaves = partsOf([...bundles.keys()], calls).flatMap((circle) => partsOf(circle, before));
  for (const [position, members] of inWaves.entries()) for (const node of members) wave[node] = position + 1;
  return wave;
}

/** One for each service: none of them joins. */
function circle(groups: readonly Group[]): PlanFinding[] {
  const members = groups.map(({ name }) => name).sort().join(', ');
  const services = groups.flatMap((group) => group.services.map(({ name }) => name));
  return services.map((service) => finding('MW1311', 'error', service, meshError('MW1311', { members })));
}
