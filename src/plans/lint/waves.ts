import { meshError } from '../../errors/index.ts';
import { isUnitRef, type EstateService } from '../../estate/schema.ts';
import { twinsOf } from '../../estate/twins.ts';
import { workloadIdOf } from '../../inventory/ids.ts';
import { callRates } from '../rates.ts';
import { EstateView, placeOf } from '../view.ts';
import { circlesIn, wavesOfWorkloads } from './circles.ts';
import { hit, hitOf, type LintHit, type LintRule } from './rule.ts';
import type { LintView } from './view.ts';

/** The joins of one wave. */
interface Wave {
  wave: number;
  workloads: string[];
  services: EstateService[];
  /** What could join apart from the rest. */
  groups: string[][];
}

/** Rules that hold a plan against the estate's policy, and against what it was made of. */
export const waveRules: readonly LintRule[] = [
  {
    code: 'MW1829',
    level: 'error',
    needs: ['estate'],
    why: 'promise P7: no more than the declared budget is in a non-steady state, so that a bad wave hurts no more than was agreed',
    find: (view) => {
      const waves = wavesIn(view);
      const { maxWaves = Infinity } = view.estate.policy.waves;
      const last = waves.at(-1)?.wave ?? 0;
      const tooMany = waves.length > maxWaves ? [over(last, `the ${waves.length}th wave`, `${maxWaves} waves`)] : [];
      // What must join together cannot be split, however large it is.
      return [...tooMany, ...waves.filter(({ groups }) => groups.length > 1).flatMap((wave) => tooLarge(view, wave, waves))];
    },
  },
  {
    code: 'MW1830',
    level: 'warning',
    why: 'a plan that is held against other facts than its own is judged by what it never knew',
    find: ({ plan, inputs }) =>
      (['inventory', 'estate'] as const).flatMap((kind) => {
        const given = inputs[kind];
        const planned = plan.inputs[kind];
        if (given === undefined || given.digest === planned) return [];
        return [hit('plan', meshError('MW1830', { kind, planned, file: given.file, given: given.digest }))];
      }),
  },
];

const over = (wave: number, what: string, limit: string): LintHit =>
  hit(`wave-${wave}`, meshError('MW1829', { wave, what, limit }));

function tooLarge(view: LintView, wave: Wave, waves: readonly Wave[]): LintHit[] {
  const { maxWorkloads, maxTier0, maxPerOwner = Infinity, firstWorkloads } = view.estate.policy.waves;
  const { workloads, services } = wave;
  const critical = services.filter(({ tier }) => tier === 0);
  const isFirst = wave === waves[0];
  const size = `${workloads.length} workloads`;
  return [
    ...(workloads.length > maxWorkloads ? [over(wave.wave, size, `${maxWorkloads}`)] : []),
    ...(isFirst && workloads.length > firstWorkloads ? [over(wave.wave, size, `${firstWorkloads} in the first wave`)] : []),
    ...(critical.length > maxTier0 ? [over(wave.wave, `${critical.length} services of tier 0`, `${maxTier0}`)] : []),
    ...owners(wave)
      .filter(([, count]) => count > maxPerOwner)
      .map(([owner, count]) => over(wave.wave, `${count} groups of ${owner}`, `${maxPerOwner} of one owner`)),
    ...tooMuchTraffic(view, wave),
  ];
}

/** How many groups are of one owner alone, by owner: one of several owners counts for none of them, as it does when waves are laid. */
function owners({ groups, services }: Wave): [string, number][] {
  const ownerOf = new Map(services.map(({ name, owner }) => [name, owner]));
  const named = groups.flatMap((group) => {
    const own = [...new Set(group.flatMap((name) => ownerOf.get(name) ?? []))];
    // What several own together is no one's alone, and planning counts it for none of them.
    return own.length === 1 ? own : [];
  });
  return [...Map.groupBy(named, (owner) => owner)].map(([owner, all]) => [owner, all.length]);
}

/** A warning: rates are assumed where nobody says them. Half of a call is its caller's and half its callee's, as for the plan's own limit. */
function tooMuchTraffic({ inputs, estate }: LintView, { wave, services }: Wave): LintHit[] {
  if (!inputs.inventory) return [];
  const rates = callRates(new EstateView(estate, inputs.inventory.inventory));
  const own = new Set(services.map(({ name }) => name));
  const ids = new Set(services.flatMap((service) => idsOf(service)));
  const sum = (all: typeof rates): number => all.reduce((total, { perSecond }) => total + perSecond, 0);
  const share = (sum(rates.filter(({ to }) => own.has(to))) + sum(rates.filter(({ from }) => ids.has(from)))) / 2 / sum(rates);
  const { maxShare } = estate.policy.waves;
  // Sums of the same rates in another order differ in their last bits.
  if (!(share > maxShare + 1e-9)) return [];
  const percent = (value: number): string => `${Math.round(value * 100)} % of the known requests`;
  return [hitOf('warning', `wave-${wave}`, meshError('MW1829', { wave, what: percent(share), limit: percent(maxShare) }))];
}

const idsOf = (service: EstateService): string[] => [service.workload, ...twinsOf(service)].map(workloadIdOf);

function wavesIn(view: LintView): Wave[] {
  const ofWave = Map.groupBy(
    [...wavesOfWorkloads(view)].flatMap(([id, waves]) => waves.map((wave) => ({ id, wave }))),
    ({ wave }) => wave,
  );
  return [...ofWave.keys()].toSorted((a, b) => a - b).map((wave) => {
    const workloads = (ofWave.get(wave) ?? []).map(({ id }) => id);
    const services = view.estate.services.filter((service) => idsOf(service).some((id) => workloads.includes(id)));
    return { wave, workloads, services, groups: apart(view, services) };
  });
}

/** The services of a wave by what must join with what: those of a host, of a circle, and those that the estate says join together. */
function apart(view: LintView, services: readonly EstateService[]): string[][] {
  const sets = [
    ...view.estate.policy.waves.together,
    ...(view.inputs.inventory ? circlesIn(view).map((circle) => circle.flatMap((group) => group.services)) : []),
    ...[...Map.groupBy(services, ({ workload }) => (isUnitRef(workload) ? (placeOf(workloadIdOf(workload))?.host ?? '') : ''))]
      .filter(([host]) => host !== '')
      .map(([, own]) => own.map(({ name }) => name)),
  ];
  return sets.reduce<string[][]>(
    (groups, set) => {
      const touched = groups.filter((group) => group.some((name) => set.includes(name)));
      return touched.length < 2 ? groups : [...groups.filter((group) => !touched.includes(group)), touched.flat()];
    },
    services.map(({ name }) => [name]),
  );
}
