import { kubeId, unitId } from '../inventory/ids.ts';
import type { Inventory, Workload } from '../inventory/schema.ts';
import type { Check } from './check.ts';
import type { CaptureSpec, OperationOf } from './operation.ts';
import type { MigrationPlan, Stage, Step } from './plan.ts';
import { placeOf } from './view.ts';

/** Where a workload stands once some waves of a plan are done. */
export interface Standing extends Pick<Workload, 'id' | 'service' | 'role' | 'position'> {
  /** The percentage of its service's calls that it gets; of one of several twins, of the calls that it matches. */
  weight: number;
  /** It refuses plaintext, but on ports that the plan leaves open. */
  isStrict: boolean;
  /** Its unit was stopped for good. */
  isStopped: boolean;
}

/** The estate once some waves of a plan are done. */
export interface EstateAfter {
  /** By id, in the order of the inventory. */
  workloads: Map<string, Standing>;
  /** Hosts that are captured, and how; undefined where another run captured it. */
  captures: Map<string, CaptureSpec | undefined>;
}

/** The numbers of a plan's waves, in order. */
export function wavesOf({ stages }: Pick<MigrationPlan, 'stages'>): number[] {
  return [...new Set(stages.map(({ wave }) => wave))].sort((a, b) => a - b);
}

/** The position and weight of each workload after a wave; 0 is before the first. */
export function positionsAfter(plan: MigrationPlan, inventory: Inventory, wave: number): Standing[] {
  return [...estateAfter(plan, inventory, wave).workloads.values()];
}

/**
 * The estate after a wave, derived from what the plan's stages bring about: a step's `verify` is what holds after it, so
 * who is in the mesh is read from there and not from the names of moves. Pure. @param wave 0 is before the first
 */
export function estateAfter(plan: MigrationPlan, inventory: Inventory, wave: number): EstateAfter {
  const after = startOf(inventory);
  for (const stage of plan.stages) if (stage.wave <= wave) carryOut(after, stage);
  return after;
}

/** The same after each wave of a plan, by the wave's number; 0 is before the first. Pure. */
export function estateByWave(plan: MigrationPlan, inventory: Inventory): Map<number, EstateAfter> {
  const after = startOf(inventory);
  const snapshot = (): EstateAfter => ({ workloads: new Map(after.workloads), captures: new Map(after.captures) });
  const found = new Map([[0, snapshot()]]);
  const stagesOf = Map.groupBy(plan.stages, ({ wave }) => wave);
  for (const wave of wavesOf(plan)) {
    for (const stage of stagesOf.get(wave) ?? []) carryOut(after, stage);
    found.set(wave, snapshot());
  }
  return found;
}

/** A service has all its calls on its own workload until the plan shifts them. */
function startOf({ workloads, hosts }: Inventory): EstateAfter {
  const standings = workloads.map(({ id, service, role, position }): [string, Standing] => {
    const weight = role === 'primary' ? 100 : 0;
    return [id, { id, service, role, position, weight, isStrict: false, isStopped: false }];
  });
  const meshed = hosts.filter((host) => host.meshed).map(({ name }) => [name, undefined] as const);
  return { workloads: new Map(standings), captures: new Map(meshed) };
}

function carryOut(after: EstateAfter, stage: Stage): void {
  for (const step of stage.steps) {
    for (const operation of step.apply)
      if (operation.op === 'host.capture') after.captures.set(operation.host, operation.capture);
    for (const check of step.verify) hold(after, check);
  }
  const share = shiftedShare(stage);
  if (share !== undefined) shift(after, stage, share);
  if (stage.move === 'enforce') for (const id of stage.subjects) change(after, id, { isStrict: true });
}

/** What a check that holds says of where workloads stand. */
function hold(after: EstateAfter, check: Check): void {
  switch (check.check) {
    case 'workload.rolledOut':
      return setMesh(after, kubeId(check.cluster, check.namespace, check.kind, check.name), check.proxy);
    case 'host.captured':
      if (!check.captured) after.captures.delete(check.host);
      for (const id of after.workloads.keys()) if (placeOf(id)?.host === check.host) setMesh(after, id, check.captured);
      return;
    case 'unit.retired':
      return change(after, unitId(check.host, check.unit), { isStopped: true });
    default:
  }
}

function setMesh(after: EstateAfter, id: string, isOn: boolean): void {
  const position = after.workloads.get(id)?.position;
  // Who is out of the mesh takes what its unit takes, whatever policy was left for its proxy.
  const left = isOn ? {} : { isStrict: false };
  if (position) change(after, id, { position: { ...position, mesh: isOn ? 'on' : 'off' }, ...left });
}

function change(after: EstateAfter, id: string, by: Partial<Standing>): void {
  const standing = after.workloads.get(id);
  if (standing) after.workloads.set(id, { ...standing, ...by });
}

type Weights = OperationOf<'route.weights'>['backends'];

/** The rungs of a stage: what its twin gets after each, in percent. Empty where it sets no weights. */
export function rungsOf({ steps }: Pick<Stage, 'steps'>): number[] {
  const rungs = steps.flatMap((step) => {
    const backends = weightsIn(step.apply);
    return backends === undefined ? [] : [{ backends, before: weightsBefore(step) }];
  });
  const [first] = rungs;
  const last = rungs.at(-1);
  if (first === undefined || last === undefined) return [];
  const had = new Map(first.before.map(({ name, weight }) => [name, weight]));
  // A plan has no word for which backend is the twin's: it is the one that gains.
  const gains = new Set(last.backends.filter(({ name, weight }) => weight > (had.get(name) ?? 0)).map(({ name }) => name));
  return rungs.map(({ backends }) =>
    // The rules of several twins climb together, so that each twin has the weight of all.
    backends.reduce((most, { name, weight }) => (gains.has(name) ? Math.max(most, weight) : most), 0),
  );
}

const weightsBefore = ({ revert }: Step): Weights => (revert === 'irreversible' ? [] : (weightsIn(revert) ?? []));

function weightsIn(operations: Step['apply']): Weights | undefined {
  return operations.findLast((one): one is OperationOf<'route.weights'> => one.op === 'route.weights')?.backends;
}

/** What the twin gets once a stage is done; a shift that sets no weights, as by a name that somebody changes, moves all. */
function shiftedShare(stage: Stage): number | undefined {
  return rungsOf(stage).at(-1) ?? (stage.move === 'shift' ? 100 : undefined);
}

function shift(after: EstateAfter, { subjects }: Stage, share: number): void {
  for (const id of subjects) {
    const standing = after.workloads.get(id);
    if (standing) change(after, id, { weight: standing.role === 'twin' ? share : 100 - share });
  }
}
