import { isUnitRef, type Estate, type EstateService } from '../estate/schema.ts';
import { calleesFirst } from '../graph/order.ts';
import { meshError } from '../errors/index.ts';
import type { Inventory } from '../inventory/schema.ts';
import type { MeshProvider } from '../providers/provider.ts';
import { deferrals, isDeferred } from './deferrals.ts';
import { choosePath } from './paths.ts';
import type { Deferral, Digest, Hash, MigrationPlan, PlanFinding, StageDraft } from './plan.ts';
import { finding } from './finding.ts';
import { noteOwners, ownerFindings } from './owners.ts';
import { freezeWindows } from './freeze.ts';
import { exemptionFindings, exemptions } from './exemptions.ts';
import { type Group, groupsOf } from './groups.ts';
import { refusals } from './refusals.ts';
import { besideRefused } from './refusals-host.ts';
import { seal } from './seal.ts';
import { firstComeOrder, orderOf } from './waves/order.ts';
import { canEnforce, enforceStage } from './stages/enforce.ts';
import { retireStage } from './stages/retire.ts';
import { joinHostStage, joinPodsStage } from './stages/join.ts';
import { shiftStage } from './stages/shift.ts';
import { EstateView } from './view.ts';

export interface PlanInputs {
  /** The plan's name: a slug. */
  id: string;
  estate: Estate;
  inventory: Inventory;
  provider: MeshProvider;
  digests: { estate: Digest; inventory: Digest };
  hash: Hash;
}

/**
 * The plan for an inventory. Pure: the same inputs give the same plan, byte for byte once printed.
 * What forbids a service is a finding, and the rest is planned all the same.
 */
export function createPlan(inputs: PlanInputs): MigrationPlan {
  const { estate, inventory, provider } = inputs;
  const view = new EstateView(estate, inventory);
  const findings = [...inheritedFindings(inventory), ...allRefusals(view)];
  const refused = new Set(findings.filter(({ level }) => level === 'error').map(({ subject }) => subject));
  const ranks = inOrder(view);
  findings.push(...ranks.filter((rank) => rank.length > 1).map(circle));
  const groups = ranks.flat().filter(({ services: [first] }) => first && !refused.has(first.name));
  const services = groups.flatMap((group) => group.services);
  const deferred = deferrals(view, services);
  const stages = noteOwners(view, layOut(view, provider, groups, deferred));
  findings.push(...groups.flatMap((group) => sharedIdentity(group)), ...exemptionFindings(view), ...ownerFindings(view, stages));
  return seal(
    {
      id: inputs.id,
      estate: estate.name,
      provider: provider.id,
      inputs: inputs.digests,
      paths: services.map(choosePath),
      order: orderOf(view, groups, firstComeOrder(groups)),
      stages,
      ...freezeWindows(view, stages),
      deferred,
      exempt: exemptions(view),
      findings,
      complete: deferred.length === 0 && refused.size === 0,
      applyable: findings.every(({ level }) => level !== 'error'),
    },
    inputs.hash,
  );
}

/** Discovery's own findings are part of what a reviewer must know. */
const inheritedFindings = (inventory: Inventory): PlanFinding[] => inventory.findings.map((found) => ({ ...found }));

/** What forbids each service, and with it those that share its host. */
function allRefusals(view: EstateView): PlanFinding[] {
  const { services } = view.estate;
  const own = services.flatMap((service) => refusals(view, service));
  const refused = new Set(own.filter(({ level }) => level === 'error').map(({ subject }) => subject));
  return [...own, ...services.flatMap((service) => besideRefused(view, service, refused))];
}

/** The groups, callees before their callers; those in a circle are in one place. */
function inOrder({ estate, inventory }: EstateView): Group[][] {
  const groups = new Map(groupsOf(estate.services).map((group) => [group.name, group]));
  const groupOf = new Map([...groups.values()].flatMap(({ name, services }) => services.map((one) => [one.name, name])));
  const ranks = calleesFirst(groupOf, inventory.workloads, inventory.dependencies);
  return ranks.map((names) => names.flatMap((name) => groups.get(name) ?? []));
}

function circle(members: readonly Group[]): PlanFinding {
  const names = members.flatMap(({ services }) => services.map(({ name }) => name));
  return finding('MW1311', 'error', names[0] ?? '', meshError('MW1311', { members: names.join(', ') }));
}

function sharedIdentity({ name, host, services }: Group): PlanFinding[] {
  if (host === undefined || services.length < 2) return [];
  const names = services.map((service) => service.name).join(' and ');
  return [finding('MW1325', 'warning', name, meshError('MW1325', { services: names, host, identity: name }))];
}

/** Joins, callees first; then shifts; then STRICT; last the ends of old units. A wave is a label: one for each rank of joins, one for each later kind of move. */
function layOut(view: EstateView, provider: MeshProvider, groups: Group[], deferred: Deferral[]): StageDraft[] {
  const services = groups.flatMap((group) => group.services);
  const joins = groups.flatMap((group, index) => joinStages(view, provider, group, index + 1));
  const shifting = services.filter(
    (service) => choosePath(service).path === 'mesh-first' && !isDeferred(deferred, service.name, 'replatform'),
  );
  const shifts = shifting.map((service) => shiftStage(view, provider, service, idsOf(view, service), groups.length + 1));
  const enforced = groups.flatMap((group) => {
    const ready = group.services.filter((service) => canEnforce(service) && !isDeferred(deferred, service.name, 'enforce'));
    return ready.length > 0 ? [enforceStage(view, provider, group, { ready, shifted: shifting }, groups.length + 2)] : [];
  });
  const retiring = shifting.filter(({ name, retire }) => retire && !isDeferred(deferred, name, 'retire'));
  const moved = { shifted: shifting, retiring };
  return [
    ...joins,
    ...shifts,
    ...enforced,
    ...retiring.map((service) => retireStage(view, provider, service, moved, groups.length + 3)),
  ];
}

function joinStages(view: EstateView, provider: MeshProvider, group: Group, wave: number): StageDraft[] {
  const workloads = group.services.flatMap(({ name }) => view.workloads(name));
  const off = workloads.filter(({ position }) => position.mesh === 'off');
  const host = off.some(({ position }) => position.platform === 'vm') ? [joinHostStage(view, provider, group, wave)] : [];
  const pods = off.flatMap(({ id, role, service }) => {
    const ref = view.refOf(id);
    if (!ref || isUnitRef(ref)) return [];
    return [joinPodsStage(view, provider, `join-${service}${role === 'twin' ? '-twin' : ''}`, id, ref, wave)];
  });
  return [...host, ...pods];
}

function idsOf(view: EstateView, service: EstateService): { vm: string; twin: string } {
  const of = (role: 'primary' | 'twin'): string =>
    view.workloads(service.name).find((workload) => workload.role === role)?.id ?? '';
  return { vm: of('primary'), twin: of('twin') };
}
