import { isUnitRef, type EstateService } from '../../estate/schema.ts';
import { choosePath } from '../paths.ts';
import type { MigrationPlan } from '../plan.ts';
import { callRates } from '../rates.ts';
import { type EstateView, placeOf } from '../view.ts';

/** What a call costs while one of its ends is in the mesh and the other is not. */
export interface Exposure {
  /** Request-hours in all: requests per second times hours. */
  total: number;
  /** Of the calls to and from each service. Each call counts for both its ends, so these add up to more than the total. */
  byService: ReadonlyMap<string, number>;
}

/**
 * The exposure of a plan by the waves of its own stages, of whoever serves a name: its unit, or its twin once that has taken
 * over. As in `graph/waves/objective`: who is in the mesh already is so from the first wave on, who never joins from after the last.
 */
export function exposureOf(view: EstateView, plan: MigrationPlan): Exposure {
  const serviceOf = new Map(view.inventory.workloads.map(({ id, service }) => [id, service]));
  const inside = wavesInside(view, plan);
  const never = Math.max(0, ...inside.values()) + 1;
  const byService = new Map<string, number>();
  let total = 0;
  for (const { from, to, perSecond } of callRates(view)) {
    const caller = serviceOf.get(from) ?? neighbourhoodOf(view, from);
    const gap = Math.abs((inside.get(caller) ?? never) - (inside.get(to) ?? never));
    const cost = perSecond * gap * view.estate.policy.waves.hours;
    total += cost;
    for (const end of new Set([caller, to])) byService.set(end, (byService.get(end) ?? 0) + cost);
  }
  return { total, byService };
}

/** A process that is no service of the estate calls through the proxy of its host, and so joins with what joins there. */
function neighbourhoodOf(view: EstateView, caller: string): string {
  const host = placeOf(caller)?.host;
  if (host === undefined || !view.hostJoins(host)) return '';
  return view.servicesOn(host)[0]?.name ?? '';
}

/** By service: the wave in which whoever serves it joins. */
function wavesInside(view: EstateView, { stages }: MigrationPlan): Map<string, number> {
  const found = view.estate.services.flatMap((service): [string, number][] => {
    const { id, isOn } = serving(view, service);
    if (isOn) return [[service.name, 1]];
    // On path `direct` the twin joins in the stage of its shift.
    const moves = choosePath(service).path === 'direct' ? ['shift'] : ['join'];
    const waves = stages.filter(({ move, subjects }) => moves.includes(move) && subjects.includes(id)).map(({ wave }) => wave);
    return waves.length === 0 ? [] : [[service.name, Math.min(...waves)]];
  });
  return new Map(found);
}

/** The workload that serves a name when the mesh meets it: on the paths on which the unit never joins that is the twin. */
function serving(view: EstateView, service: EstateService): { id: string; isOn: boolean } {
  const { path } = choosePath(service);
  const role = isUnitRef(service.workload) && (path === 'platform-first' || path === 'direct') ? 'twin' : 'primary';
  const workload = view.workloads(service.name).find((one) => one.role === role);
  return { id: workload?.id ?? '', isOn: workload?.position.mesh === 'on' };
}
