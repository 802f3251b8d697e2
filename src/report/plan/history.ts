import type { Inventory } from '../../inventory/schema.ts';
import { type CallAfter, callsAfter, type Wire } from '../../plans/calls-after.ts';
import type { MigrationPlan } from '../../plans/plan.ts';
import { type EstateAfter, estateByWave, type Standing } from '../../plans/positions.ts';
import { type Box, foldGraph, type Picture } from '../graph/fold.ts';
import { graphOf } from '../graph/model.ts';

/** The estate after a wave, and the calls that are made then. */
export interface EstateMoment {
  /** 0 is before the first wave. */
  wave: number;
  after: EstateAfter;
  calls: CallAfter[];
  /** The workloads that the wave changes. */
  changed: Set<string>;
}

/** What a plan makes of an estate, wave by wave. */
export interface EstateHistory {
  /** Workloads and strangers in the order of drawing, as in the picture of an assessment. */
  boxes: Box[];
  twins: Picture['twins'];
  /** By wave, the time before the first among them. */
  moments: Map<number, EstateMoment>;
}

/** Everything that the pictures of a plan show. Pure. */
export function historyOf(plan: MigrationPlan, inventory: Inventory): EstateHistory {
  const { boxes, twins } = foldGraph(graphOf(inventory), inventory);
  const moments = new Map<number, EstateMoment>();
  let before: EstateAfter | undefined;
  for (const [wave, after] of estateByWave(plan, inventory)) {
    moments.set(wave, { wave, after, calls: callsAfter(inventory, after), changed: changedBetween(before, after) });
    before = after;
  }
  return { boxes, twins, moments };
}

function changedBetween(before: EstateAfter | undefined, after: EstateAfter): Set<string> {
  const changed = [...after.workloads].filter(
    ([id, one]) => before !== undefined && changeWords(before.workloads.get(id), one) !== '',
  );
  return new Set(changed.map(([id]) => id));
}

/** What became of a workload: `joins`, `100 → 0 %`, `mTLS only`, `stops`. Empty: nothing. */
export function changeWords(before: Standing | undefined, after: Standing): string {
  if (before === undefined) return '';
  const isOn = after.position.mesh === 'on';
  const words = [
    before.position.mesh === after.position.mesh ? '' : isOn ? 'joins' : 'leaves',
    before.weight === after.weight ? '' : `${before.weight} → ${after.weight} %`,
    before.isStrict === after.isStrict || !after.isStrict ? '' : 'mTLS only',
    before.isStopped === after.isStopped ? '' : 'stops',
  ];
  return words.filter((word) => word !== '').join(', ');
}

/** Where a workload stands, in a few words. */
export function standingWords({ position, weight, isStrict, isStopped }: Standing): string {
  if (isStopped) return 'stopped';
  const mesh = position.mesh === 'on' ? 'in the mesh' : 'outside the mesh';
  return `${mesh}${isStrict ? ', takes mTLS only' : ''}, gets ${weight} % of its calls`;
}

/** How many calls cross the network in which way. */
export type WireCounts = Record<Wire | 'enforced', number>;

export function wireCounts(calls: readonly CallAfter[]): WireCounts {
  const counts: WireCounts = { plaintext: 0, half: 0, mtls: 0, enforced: 0 };
  for (const call of calls) counts[wireOf(call)] += 1;
  return counts;
}

/** How a call crosses the network, with what is enforced told apart. */
export function wireOf({ wire, isEnforced }: Pick<CallAfter, 'wire' | 'isEnforced'>): Wire | 'enforced' {
  return isEnforced ? 'enforced' : wire;
}
