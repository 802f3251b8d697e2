import { Args, Flags } from '@oclif/core';
import { MeshCommand } from '../../command.ts';
import { ExitCode, meshError } from '../../errors/index.ts';
import { createPlan } from '../../plans/create.ts';
import { diffPlans, type PlanDiff } from '../../plans/diff/diff.ts';
import { type Drift, driftOf } from '../../plans/lock/drift.ts';
import { lockFileOf } from '../../plans/lock/lock.ts';
import type { MigrationPlan } from '../../plans/plan.ts';
import { sha256Digest } from '../../ports/hash.ts';
import { providerOf } from '../../providers/index.ts';
import { renderDrift, renderPlanDiff } from '../../report/plan-diff-text.ts';
import { style } from '../../report/style.ts';
import { estateFlag } from '../_flags.ts';
import { loadEstate, loadInventory, loadPlan, matchEstateName } from '../_inputs.ts';
import { loadLock } from './_lock.ts';

/** The difference of two plans; of a plan and what it would be today also what became of the estate. */
export interface DiffResult {
  diff: PlanDiff;
  /** Null where nobody can tell: two plans were compared, or the old one has no lock file. */
  drift: Drift | null;
}

export default class Diff extends MeshCommand<DiffResult> {
  static override summary = 'Say what is different between two plans, or between a plan and the estate.';
  static override description =
    'With two plans: stages, steps, gates, findings and exemptions that differ. With one plan and an inventory: what the plan would be today, what differs of all that it depends on, by its lock file, and how much differs elsewhere. Changes nothing and opens no connection.';
  static override examples = [
    {
      description: 'Two plans',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml new.plan.yaml',
    },
    {
      description: 'A plan and a new inventory; ends with 2 when something differs that matters',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml -i inventory.json --detailed-exitcode',
    },
  ];
  static override args = {
    old: Args.string({ description: 'The plan file to compare with.', required: true }),
    new: Args.string({ description: 'The other plan file; without it, the plan that would be made now.' }),
  };
  static override flags = {
    estate: estateFlag,
    inventory: Flags.string({
      char: 'i',
      description: 'The inventory that the plan would be made from now; inventory.json if not given.',
    }),
    'detailed-exitcode': Flags.boolean({ description: 'End with 2 when something differs, with 0 when nothing does.' }),
  };

  async run(): Promise<DiffResult> {
    const { args, flags } = await this.parse(Diff);
    if (args.new !== undefined && flags.inventory !== undefined)
      throw meshError('MW1001', {
        command: 'mesh migrate diff',
        detail: 'a second plan and --inventory exclude each other',
      });
    const old = await loadPlan(args.old);
    const result =
      args.new === undefined
        ? await this.#withEstate(old, args.old, flags.estate, flags.inventory ?? 'inventory.json')
        : this.#ofTwo(old, await loadPlan(args.new));
    const differs = !result.diff.same || (result.drift?.matters.length ?? 0) > 0;
    if (flags['detailed-exitcode'] && differs) this.endWith(ExitCode.changesPresent);
    return result;
  }

  #ofTwo(old: MigrationPlan, fresh: MigrationPlan): DiffResult {
    const diff = diffPlans(old, fresh);
    this.print(renderPlanDiff(diff));
    return { diff, drift: null };
  }

  async #withEstate(
    old: MigrationPlan,
    oldFile: string,
    estateFile: string,
    inventoryFile: string,
  ): Promise<DiffResult> {
    const lock = await loadLock(oldFile, old);
    const loaded = await loadEstate(estateFile);
    matchEstateName(old, oldFile, loaded);
    const { estate } = loaded;
    const { inventory, digest } = await loadInventory(inventoryFile, loaded);
    const digests = { estate: loaded.digest, inventory: digest };
    const provider = providerOf(estate.provider.name);
    const plan = createPlan({ id: old.id, estate, inventory, provider, digests, hash: sha256Digest });
    const diff = diffPlans(old, plan);
    const drift = lock ? driftOf(lock, { plan: old, estate, inventory }, sha256Digest) : null;
    this.print(`${style.bold('Will change')}\n${renderPlanDiff(diff)}\n`);
    if (drift) this.print(renderDrift(drift));
    else this.#noLock(oldFile);
    return { diff, drift };
  }

  #noLock(file: string): void {
    const { code, causeText, fixText } = meshError('MW1378', { lock: lockFileOf(file), file });
    this.note(`${code} ${causeText} So drift cannot be told. ${fixText}`);
  }
}
