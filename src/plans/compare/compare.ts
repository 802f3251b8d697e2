import { isUnitRef, type EstateService, type MigrationPath } from '../../estate/schema.ts';
import { createPlan, type PlanInputs } from '../create.ts';
import { latticeOf, PATHS, type ServiceLattice } from '../lattice.ts';
import { choosePath } from '../paths.ts';
import type { Deferral, MigrationPlan } from '../plan.ts';
import { EstateView } from '../view.ts';
import { capacityOf, type Capacity } from './capacity.ts';
import { type Exposure, exposureOf } from './exposure.ts';
import { measure, type Measures } from './measures.ts';
import { type Instead, variantOf } from './variants.ts';

/** What a plan, or a part of one, asks for. */
export interface Figures extends Measures {
  /** Request-hours: calls with one side in the mesh and one outside, times their rate and time. */
  exposure: number;
  capacity: Capacity;
  /** Moves that the plan leaves for later. */
  deferred: number;
}

/** One estate with as many of its units on one path as can be. `chosen` is what the estate says, service by service. */
export interface PathColumn {
  path: MigrationPath | 'chosen';
  /** Units on that path. */
  on: string[];
  instead: Instead[];
  /** Services that the plan refuses. */
  refused: string[];
  applyable: boolean;
  complete: boolean;
  waves: number;
  figures: Figures;
}

/** One service on one path: figures of the stages that touch it, where it takes the path. */
export interface ServiceRow {
  service: string;
  path: MigrationPath;
  isChosen: boolean;
  /** Absent: it cannot take the path; `against` says why. */
  figures?: Figures;
  against: ServiceLattice['paths'][number]['against'];
}

/** The paths of an estate side by side. */
export interface Comparison {
  estate: string;
  /** How long a wave lasts, in hours: the team's pace. */
  hoursPerWave: number;
  /** Calls whose rate the estate says, and calls whose rate is assumed: what exposure rests on. */
  rates: MigrationPlan['order']['rates'];
  columns: PathColumn[];
  services: ServiceRow[];
  lattice: ServiceLattice[];
}

/** Plans the estate once for each path, and counts. Pure, and it opens no connection. */
export function comparePaths(inputs: PlanInputs): Comparison {
  const view = new EstateView(inputs.estate, inputs.inventory);
  const lattice = latticeOf(view);
  const planned = PATHS.map((path): Planned => {
    const variant = variantOf(view, lattice, path);
    return { path, ...variant, ...laidOut(variant.view, inputs) };
  });
  const chosen = laidOut(view, inputs);
  return {
    estate: inputs.estate.name,
    hoursPerWave: inputs.estate.policy.waves.hours,
    rates: chosen.plan.order.rates,
    columns: [
      ...planned.map(columnOf),
      columnOf({ path: 'chosen', view, on: units(view), instead: [], ...chosen }),
    ],
    services: units(view).flatMap((name) => planned.map((one) => rowOf(name, one, lattice))),
    lattice,
  };
}

const units = ({ estate }: EstateView): string[] =>
  estate.services.filter(({ workload }) => isUnitRef(workload)).map(({ name }) => name);

/** One estate with its plan, as one column sees it. */
interface Planned<Path extends PathColumn['path'] = MigrationPath> {
  path: Path;
  view: EstateView;
  on: string[];
  instead: Instead[];
  plan: MigrationPlan;
  exposure: Exposure;
}

function laidOut(view: EstateView, inputs: PlanInputs): Pick<Planned, 'plan' | 'exposure'> {
  const plan = createPlan({ ...inputs, estate: view.estate });
  return { plan, exposure: exposureOf(view, plan) };
}

function columnOf({ path, view, on, instead, plan, exposure }: Planned<PathColumn['path']>): PathColumn {
  const refused = new Set(plan.findings.filter(({ level }) => level === 'error').map(({ subject }) => subject));
  const planned = view.estate.services.filter(({ name }) => !refused.has(name));
  return {
    path,
    on: on.filter((name) => !refused.has(name)),
    instead,
    refused: view.estate.services.map(({ name }) => name).filter((name) => refused.has(name)),
    applyable: plan.applyable,
    complete: plan.complete,
    waves: new Set(plan.stages.map(({ wave }) => wave)).size,
    figures: {
      ...measure(plan.stages),
      exposure: rounded(exposure.total),
      capacity: capacityOf(view, planned, retiredBy(plan)),
      deferred: plan.deferred.length,
    },
  };
}

function rowOf(name: string, planned: Planned, lattice: readonly ServiceLattice[]): ServiceRow {
  const { path, view, on, plan } = planned;
  const own = lattice.find(({ service }) => service === name);
  const against = own?.paths.find((one) => one.path === path)?.against ?? [];
  const row = { service: name, path, isChosen: own?.chosen.path === path, against };
  const service = view.service(name);
  const isOn = service !== undefined && choosePath(service).path === path && on.includes(name);
  const isRefused = plan.findings.some(({ level, subject }) => level === 'error' && subject === name);
  return isOn && !isRefused ? { ...row, figures: figuresOf(planned, service) } : row;
}

/** A stage that moves several services counts whole for each. */
function figuresOf({ view, plan, exposure }: Planned, service: EstateService): Figures {
  const ids = view.workloads(service.name).map(({ id }) => id);
  const isOwn = ({ subject }: Deferral): boolean => subject === service.name;
  return {
    ...measure(plan.stages.filter(({ subjects }) => subjects.some((subject) => ids.includes(subject)))),
    exposure: rounded(exposure.byService.get(service.name) ?? 0),
    capacity: capacityOf(view, [service], retiredBy(plan)),
    deferred: plan.deferred.filter(isOwn).length,
  };
}

/** Services whose units a plan stops. */
const retiredBy = ({ stages }: MigrationPlan): Set<string> =>
  new Set(stages.flatMap(({ id, move }) => (move === 'retire' ? [id.replace(/^retire-/, '')] : [])));

const rounded = (value: number): number => Math.round(value * 1000) / 1000;
