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
import { refusals } from './refusals.ts';
import { seal } from './seal.ts';
import { enforceStage } from './stages/enforce.ts';
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
  const findings = [...inheritedFindings(inventory), ...estate.services.flatMap((service) => refusals(view, service))];
  const refused = new Set(findings.filter(({ level }) => level === 'error').map(({ subject }) => subject));
  const ranks = calleesFirst(
    estate.services.map(({ name }) => name),
    inventory.workloads,
    inventory.dependencies,
  );
  const circles = ranks.filter((rank) => rank.length > 1);
  findings.push(
    ...circles.map((members) =>
      finding('MW1311', 'error', members[0] ?? '', meshError('MW1311', { members: members.join(', ') })),
    ),
  );
  const services = ranks
    .flat()
    .flatMap((name) => view.service(name) ?? [])
    .filter(({ name }) => !refused.has(name));
  const deferred = deferrals(view, services);
  const stages = noteOwners(view, layOut(view, provider, services, deferred));
  return seal(
    {
      id: inputs.id,
      estate: estate.name,
      provider: provider.id,
      inputs: inputs.digests,
      paths: services.map(choosePath),
      stages,
      deferred,
      exempt: [],
      findings: [...findings, ...ownerFindings(view, stages)],
      complete: deferred.length === 0 && refused.size === 0,
      applyable: findings.every(({ level }) => level !== 'error'),
    },
    inputs.hash,
  );
}

/** Discovery's own findings are part of what a reviewer must know. */
const inheritedFindings = (inventory: Inventory): PlanFinding[] => inventory.findings.map((found) => ({ ...found }));

/** Joins, callees first; then shifts; then STRICT; last the ends of old units. A wave is a label: one for each rank of joins, one for each later kind of move. */
function layOut(
  view: EstateView,
  provider: MeshProvider,
  services: EstateService[],
  deferred: Deferral[],
): StageDraft[] {
  const joins = services.flatMap((service, index) => joinStages(view, provider, service, index + 1));
  const shifting = services.filter(
    (service) => choosePath(service).path === 'mesh-first' && !isDeferred(deferred, service.name, 'replatform'),
  );
  const shifts = shifting.map((service) =>
    shiftStage(view, provider, service, idsOf(view, service), services.length + 1),
  );
  const enforced = services.filter(({ name }) => !isDeferred(deferred, name, 'enforce'));
  const retiring = shifting.filter(({ name, retire }) => retire && !isDeferred(deferred, name, 'retire'));
  const moved = { shifted: shifting, retiring };
  return [
    ...joins,
    ...shifts,
    ...enforced.map((service) => enforceStage(view, provider, service, services.length + 2)),
    ...retiring.map((service) => retireStage(view, provider, service, moved, services.length + 3)),
  ];
}

function joinStages(view: EstateView, provider: MeshProvider, service: EstateService, wave: number): StageDraft[] {
  return view.workloads(service.name).flatMap((workload) => {
    const ref = view.refOf(workload.id);
    if (!ref || workload.position.mesh === 'on') return [];
    if (isUnitRef(ref)) return [joinHostStage(view, provider, service, workload.id, wave)];
    const stageId = workload.role === 'twin' ? `join-${service.name}-twin` : `join-${service.name}`;
    return [joinPodsStage(view, provider, stageId, workload.id, ref, wave)];
  });
}

function idsOf(view: EstateView, service: EstateService): { vm: string; twin: string } {
  const of = (role: 'primary' | 'twin'): string =>
    view.workloads(service.name).find((workload) => workload.role === role)?.id ?? '';
  return { vm: of('primary'), twin: of('twin') };
}
