import type { Estate } from '../estate/schema.ts';
import { meshError } from '../errors/index.ts';
import type { Inventory } from '../inventory/schema.ts';
import type { MeshProvider } from '../providers/provider.ts';
import { withApprovals } from './approvals.ts';
import { bakeFindings } from './bake/findings.ts';
import { predictCost } from './cost/predict.ts';
import { deferrals } from './deferrals.ts';
import { freezeWindows } from './freeze.ts';
import { exemptionFindings, exemptions } from './exemptions.ts';
import { finding } from './finding.ts';
import { hiddenFindings } from './foreign-scopes.ts';
import { type Group, groupsOf } from './groups.ts';
import { layOut } from './lay-out.ts';
import { withNeeds } from './needs.ts';
import { normalEstate, normalInventory } from './normal-inputs.ts';
import { hasStageId, nameFindings } from './object-names.ts';
import { noteOwners, ownerFindings } from './owners.ts';
import { choosePath } from './paths.ts';
import type { Digest, Hash, MigrationPlan, PlanFinding } from './plan.ts';
import { refusals } from './refusals.ts';
import { besideRefused } from './refusals-host.ts';
import { seal } from './seal.ts';
import { withMeasure } from './stages/measure.ts';
import { withReplay } from './stages/replay.ts';
import { distinctIds } from './stage-ids.ts';
import { EstateView } from './view.ts';
import { layWaves, withoutCircles } from './waves/lay-waves.ts';

export interface PlanInputs {
  /** The plan's name: a slug. */
  id: string;
  estate: Estate;
  inventory: Inventory;
  provider: MeshProvider;
  digests: { estate: Digest; inventory: Digest };
  hash: Hash;
  /** `files`: made from files, with assumptions (`assume`). */
  basis?: 'files';
  /** How many moves the search for waves may try. Absent: as many as it takes for good ones. */
  moves?: number;
}

/**
 * The plan for an inventory. Pure: the same inputs give the same plan, byte for byte once printed.
 * What forbids a service is a finding, and the rest is planned all the same.
 */
export function createPlan(inputs: PlanInputs): MigrationPlan {
  const { provider } = inputs;
  const [estate, inventory] = [normalEstate(inputs.estate), normalInventory(inputs.inventory)];
  const view = new EstateView(estate, inventory);
  const inherited = inheritedFindings(inventory);
  const findings = [...inherited, ...allRefusals(view, provider, inherited)];
  const refused = new Set(findings.filter(({ level }) => level === 'error').map(({ subject }) => subject));
  const allowed = groupsOf(estate.services).filter(({ services: [first] }) => first && !refused.has(first.name));
  const { needsServerFirst } = provider.target.capabilities;
  const ordered = withoutCircles(view, allowed, needsServerFirst);
  findings.push(...ordered.findings);
  const laid = layWaves(view, ordered.groups, { needsServerFirst, moves: inputs.moves });
  const services = laid.groups.flatMap((group) => group.services);
  const deferred = deferrals(view, services);
  const all = noteOwners(view, distinctIds(layOut(view, provider, laid, deferred)));
  const stages = withMeasure(view, provider, withReplay(view, provider, withNeeds(view, withApprovals(view, all.filter(hasStageId)))));
  findings.push(...laid.findings, ...laid.groups.flatMap((group) => sharedIdentity(group)));
  findings.push(...exemptionFindings(view), ...ownerFindings(view, stages), ...bakeFindings(view, stages), ...nameFindings(view, all));
  const cost = predictCost(view, laid.groups);
  return seal(
    {
      id: inputs.id,
      estate: estate.name,
      provider: provider.id,
      inputs: inputs.digests,
      ...(inputs.basis !== undefined && { basis: inputs.basis }),
      paths: services.map(choosePath),
      order: laid.order,
      stages,
      ...(cost && { cost }),
      ...freezeWindows(view, stages),
      failureBudget: estate.policy.failureBudget,
      deferred,
      exempt: exemptions(view),
      findings,
      complete: deferred.length === 0 && refused.size === 0 && ordered.findings.length === 0,
      applyable: inputs.basis === undefined && findings.every(({ level }) => level !== 'error'),
    },
    inputs.hash,
  );
}

/** Discovery's own findings are part of what a reviewer must know. */
const inheritedFindings = (inventory: Inventory): PlanFinding[] => inventory.findings.map((found) => ({ ...found }));

/** What forbids each service, and with it those that share its host. */
function allRefusals(view: EstateView, provider: MeshProvider, inherited: readonly PlanFinding[]): PlanFinding[] {
  const { services } = view.estate;
  const own = services.flatMap((service) => [...refusals(view, service), ...hiddenFindings(view, provider, service)]);
  const refused = new Set([...inherited, ...own].filter(({ level }) => level === 'error').map(({ subject }) => subject));
  return [...own, ...services.flatMap((service) => besideRefused(view, service, refused))];
}

function sharedIdentity({ name, host, services }: Group): PlanFinding[] {
  if (host === undefined || services.length < 2) return [];
  const names = services.map((service) => service.name).join(' and ');
  return [finding('MW1325', 'warning', name, meshError('MW1325', { services: names, host, identity: name }))];
}
