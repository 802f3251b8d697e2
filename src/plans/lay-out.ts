import { isUnitRef, type EstateService } from '../estate/schema.ts';
import type { MeshProvider } from '../providers/provider.ts';
import { isDeferred } from './deferrals.ts';
import type { Group } from './groups.ts';
import { choosePath, movesByWeights } from './paths.ts';
import type { Deferral, StageDraft } from './plan.ts';
import { callRates } from './rates.ts';
import { directStage, publishStage } from './stages/direct.ts';
import { canEnforce, enforceStage } from './stages/enforce.ts';
import { joinHostStage, joinPodsStage } from './stages/join.ts';
import { platformFirstStages } from './stages/platform-first.ts';
import { retireStage } from './stages/retire.ts';
import { hostScope, podScope, type Scoped, scopeStage } from './stages/scope.ts';
import { shiftStage } from './stages/shift.ts';
import type { EstateView } from './view.ts';
import { type Load, packed } from './waves/later.ts';
import type { LaidWaves } from './waves/lay-waves.ts';

/**
 * Joins, wave by wave; then shifts; then STRICT; then what proxies are told of; last the ends of old units. Weights and STRICT count on every observed
 * caller, so all joins come first; each later kind of move has waves of its own, within the same limits.
 */
export function layOut(view: EstateView, provider: MeshProvider, laid: LaidWaves, deferred: Deferral[]): StageDraft[] {
  const { groups, waveOf, order } = laid;
  const services = groups.flatMap((group) => group.services);
  const loadOf = loads(view);
  const ofWave = wavesFrom(view, order.waves);
  const joins = groups.flatMap((group) => joinStages(view, provider, group, waveOf.get(group) ?? 1));
  const shifting = services.filter((service) => movesByWeights(service) && !isDeferred(deferred, service.name, 'replatform'));
  const shifts = ofWave(
    shifting.map((service) => ({ loads: [loadOf(service)], service })),
    ({ service }, wave) => {
      const stage = choosePath(service).path === 'direct' ? directStage : shiftStage;
      return stage(view, provider, service, idsOf(view, service), wave);
    },
  );
  const shifted = [...shifting, ...services.filter((service) => choosePath(service).path === 'platform-first')];
  const enforced = ofWave(
    groups.flatMap((group) => {
      const ready = group.services.filter((service) => canEnforce(service) && !isDeferred(deferred, service.name, 'enforce'));
      return ready.length > 0 ? [{ loads: ready.map(loadOf), group, ready }] : [];
    }),
    ({ group, ready }, wave) => enforceStage(view, provider, group, { ready, shifted }, wave),
  );
  const retiring = shifting.filter(({ name, retire }) => retire && !isDeferred(deferred, name, 'retire'));
  const scoped = ofWave(
    scopesOf(view, provider, groups.map((group) => ({ group, isEnding: group.services.every((one) => retiring.includes(one)) })), deferred).map((one) => ({ loads: one.services.map(loadOf), one })),
    ({ one: { scope } }, wave) => scopeStage(view, provider, scope, { planned: services, shifted }, wave),
  );
  const moved = { shifted, retiring };
  const ends = ofWave(
    retiring.map((service) => ({ loads: [loadOf(service)], service })),
    ({ service }, wave) => retireStage(view, provider, service, moved, wave),
  );
  return [...joins, ...shifts, ...enforced, ...scoped, ...ends];
}

interface ScopedGroup {
  scope: Scoped;
  services: EstateService[];
}

/** Whose proxies are told of whom they call alone: of all that have joined by then, unless it waits, or the host's proxy goes with its units. */
function scopesOf(
  view: EstateView,
  provider: MeshProvider,
  groups: readonly { group: Group; isEnding: boolean }[],
  deferred: readonly Deferral[],
): ScopedGroup[] {
  if (view.estate.policy.egress === 'open') return [];
  return groups.flatMap(({ group, isEnding }): ScopedGroup[] => {
    const services = group.services.filter(({ name }) => !isDeferred(deferred, name, 'scope'));
    const host = group.host !== undefined && !isEnding && services.length === group.services.length ? [{ scope: hostScope(view, provider, group), services }] : [];
    const pods = services.flatMap((service) =>
      view.workloads(service.name).flatMap(({ id, role }) => {
        const name = `${service.name}${role === 'twin' ? twinSuffix(view, id) : ''}`;
        return podScope(view, id, name).map((scope) => ({ scope, services: [service] }));
      }),
    );
    return [...host, ...pods];
  });
}

/** Gives out waves: each call packs its items into the waves after those given out before. */
function wavesFrom(view: EstateView, last: number) {
  let next = last + 1;
  return <T extends { loads: readonly Load[] }>(items: readonly T[], stage: (item: T, wave: number) => StageDraft): StageDraft[] => {
    const waves = packed(items, view.estate.policy.waves);
    const stages = waves.flatMap((members, at) => members.map((item) => stage(item, next + at)));
    next += waves.length;
    return stages;
  };
}

/** What each service is of all that is known to be called. */
function loads(view: EstateView): (service: EstateService) => Load {
  const rates = callRates(view);
  const total = rates.reduce((sum, { perSecond }) => sum + perSecond, 0);
  const arriving = Map.groupBy(rates, ({ to }) => to);
  return (service) => {
    const own = (arriving.get(service.name) ?? []).reduce((sum, { perSecond }) => sum + perSecond, 0);
    return { service, share: total === 0 ? 0 : own / total };
  };
}

function joinStages(view: EstateView, provider: MeshProvider, group: Group, wave: number): StageDraft[] {
  const [first] = group.services;
  const path = first && choosePath(first).path;
  if (first && path === 'platform-first') return platformFirstStages(view, provider, first, wave);
  if (first && path === 'direct') return [publishStage(view, provider, first, wave)];
  const workloads = group.services.flatMap(({ name }) => view.workloads(name));
  const off = workloads.filter(({ position }) => position.mesh === 'off');
  const host = off.some(({ position }) => position.platform === 'vm') ? [joinHostStage(view, provider, group, wave)] : [];
  const pods = off.flatMap(({ id, role, service }) => {
    const ref = view.refOf(id);
    if (!ref || isUnitRef(ref)) return [];
    return [joinPodsStage(view, provider, `join-${service}${role === 'twin' ? twinSuffix(view, id) : ''}`, id, ref, wave)];
  });
  return [...host, ...pods];
}

/** Each of several twins joins in a stage of its own. */
function twinSuffix(view: EstateView, id: string): string {
  const ref = view.refOf(id);
  const isOneOfSeveral = view.service(view.workload(id)?.service ?? '')?.twins !== undefined;
  return isOneOfSeveral && ref && !isUnitRef(ref) ? `-twin-${ref.name}` : '-twin';
}

function idsOf(view: EstateView, service: EstateService): { vm: string; twins: string[] } {
  const of = (wanted: 'primary' | 'twin'): string[] =>
    view.workloads(service.name).flatMap(({ id, role }) => (role === wanted ? [id] : []));
  return { vm: of('primary')[0] ?? '', twins: of('twin') };
}
