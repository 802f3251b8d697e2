import { isUnitRef, type EstateService } from '../estate/schema.ts';
import { meshError, type MeshError } from '../errors/index.ts';
import { scopesOver } from './foreign-scopes.ts';
import { choosePath } from './paths.ts';
import type { Deferral } from './plan.ts';
import type { EstateView } from './view.ts';

/**
 * Why the proxies of a service are not told of whom they call alone, though the estate asks for it.
 *
 * @param waiting what of the same service waits besides
 */
export function scopeDeferrals(view: EstateView, service: EstateService, waiting: readonly Deferral[]): Deferral[] {
  if (view.estate.policy.egress === 'open') return [];
  const { name } = service;
  const found = [...refusedElsewhere(view, service), ...narrowedAlready(view, service), ...notThere(view, service, waiting)];
  return found.map(({ code, causeText }) => ({ subject: name, move: 'scope', code, why: causeText }));
}

/** Where what no registry knows is refused, so would be what a narrowed proxy is not told of. */
function refusedElsewhere(view: EstateView, { name }: EstateService): MeshError[] {
  const { mesh } = view.cluster(view.estate.provider.cluster) ?? {};
  return mesh?.registryOnly === true ? [meshError('MW1344', { service: name })] : [];
}

/** Proxies heed one such object, and of two for the same ones nothing tells which (Istio "Sidecar"). */
function narrowedAlready(view: EstateView, service: EstateService): MeshError[] {
  return scopesOver(view, service).map(({ id, scope }) => meshError('MW1343', { workload: id, sidecar: `${scope.namespace}/${scope.name}` }));
}

function notThere(view: EstateView, service: EstateService, waiting: readonly Deferral[]): MeshError[] {
  const { name, workload } = service;
  const isOn = view.workloads(name).some(({ id, position }) => id.startsWith('vm/') && position.mesh === 'on');
  const because = (reason: string): MeshError[] => [meshError('MW1317', { service: name, reason })];
  if (isUnitRef(workload) && isOn) return because(`host ${workload.host} is in the mesh already, by another run, whose proxy it is`);
  const waits = choosePath(service).path === 'direct' && waiting.some(({ move }) => move === 'replatform');
  return waits ? because('its twin joins in the stage in which it takes over, and that waits') : [];
}
