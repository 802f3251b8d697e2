import { dirname } from 'node:path';
import { Flags } from '@oclif/core';
import { MeshCommand } from '../../command.ts';
import { ExitCode, isMeshError } from '../../errors/index.ts';
import { comparePaths, type Comparison } from '../../plans/compare/compare.ts';
import { createPlan, type PlanInputs } from '../../plans/create.ts';
import { sameWork } from '../../plans/diff/diff.ts';
import { createLock } from '../../plans/lock/create-lock.ts';
import { lockFileOf } from '../../plans/lock/lock.ts';
import { printLock } from '../../plans/lock/read-lock.ts';
import type { MigrationPlan } from '../../plans/plan.ts';
import { printPlan } from '../../plans/read.ts';
import { makeDirectory } from '../../ports/directories.ts';
import { removeFile, writeFileAtomically } from '../../ports/files.ts';
import { sha256Digest } from '../../ports/hash.ts';
import { renderComparison } from '../../report/compare-text.ts';
import { renderPlanSummary } from '../../report/plan-text.ts';
import { estateFlag } from '../_flags.ts';
import { draftInventoryFile, inputsOfDiscovery, inputsOfFiles } from './_plan-inputs.ts';
import { loadPlan } from '../_inputs.ts';

export default class Plan extends MeshCommand<{ file: string; plan: MigrationPlan } | Comparison> {
  static override summary = 'Plan the migration of an estate.';
  static override description =
    'Reads the estate file and the inventory and opens no connection. Writes a plan for review, whose bytes are the same for the same inputs, and a lock file beside it: when it was made, what it depends on, and until when it is good. Ends with status 7 when findings forbid to apply it.';
  static override examples = [
    { description: 'Plan from inventory.json', command: '<%= config.bin %> <%= command.id %>' },
    {
      description: 'Draft a plan from what lies in git',
      command: '<%= config.bin %> <%= command.id %> --from-files manifests/ --provider istio',
    },
    {
      description: 'Name the inputs and the plan',
      command: '<%= config.bin %> <%= command.id %> -f estate.yaml -i inventory.json -o plans/shop.plan.yaml',
    },
    {
      description: 'Kubernetes first, mesh first, or both at once? Writes nothing',
      command: '<%= config.bin %> <%= command.id %> --compare',
    },
  ];
  static override flags = {
    estate: estateFlag,
    inventory: Flags.string({
      char: 'i',
      description: 'The inventory that discover wrote.',
      default: 'inventory.json',
    }),
    'from-files': Flags.string({
      multiple: true,
      helpValue: 'PATH',
      exclusive: ['inventory'],
      description:
        'Plan from these manifests, Compose files, host lists and environment files, and those in these directories, instead of an inventory. The plan is a draft: apply refuses it.',
    }),
    provider: Flags.string({
      dependsOn: ['from-files'],
      description: 'The mesh to plan for, where no estate file names one.',
    }),
    out: Flags.string({ char: 'o', description: 'Where the plan goes; plans/<estate>.plan.yaml by default.' }),
    'detailed-exitcode': Flags.boolean({
      description:
        'End with 2 when the plan changes anything and is not the one that the file held before, with 0 otherwise.',
    }),
    compare: Flags.boolean({
      exclusive: ['out', 'detailed-exitcode'],
      description: 'Print the paths of the estate side by side, in numbers, and write no plan.',
    }),
  };

  async run(): Promise<{ file: string; plan: MigrationPlan } | Comparison> {
    const { flags, metadata } = await this.parse(Plan);
    const files = flags['from-files'];
    const given = { file: flags.estate, isNamed: metadata.flags['estate']?.setFromDefault !== true };
    const found =
      files === undefined
        ? await inputsOfDiscovery(flags.estate, flags.inventory)
        : await inputsOfFiles(files, given, flags.provider);
    const inputs: PlanInputs = { ...found, hash: sha256Digest };
    if (flags.compare) return this.#compare(inputs);
    const plan = createPlan(inputs);
    const file = flags.out ?? `plans/${plan.id}.plan.yaml`;
    if (flags.out === undefined) await makeDirectory(dirname(file));
    const before = flags['detailed-exitcode'] ? await planOnDisk(file) : undefined;
    await writeFileAtomically(file, printPlan(plan, sha256Digest));
    const locked = plan.basis === 'files' ? await this.#keepDraft(file, inputs) : await this.#lock(file, plan, inputs);
    this.print(`${renderPlanSummary(plan, file)}${locked}`);
    if (plan.findings.some(({ level }) => level === 'error')) this.endWith(ExitCode.refused);
    else if (flags['detailed-exitcode'] && hasChanges(plan, before)) this.endWith(ExitCode.changesPresent);
    return { file, plan };
  }

  /** A draft from files rests on nothing that could drift; what it was made from is for its pictures, and for lint. */
  async #keepDraft(file: string, { inventory }: PlanInputs): Promise<string> {
    // A lock of the plan that the file held before would be another plan's.
    await removeFile(lockFileOf(file));
    const drafted = draftInventoryFile(file);
    await writeFileAtomically(drafted, `${JSON.stringify(inventory, null, 2)}\n`);
    return `\nWhat it was made from, for \`-i\`: ${drafted}`;
  }

  /** What the plan rests on, beside it. */
  async #lock(file: string, plan: MigrationPlan, { estate, inventory }: PlanInputs): Promise<string> {
    const tool = this.config.version;
    const lock = createLock({ plan, estate, inventory, tool, nowMs: Date.now(), hash: sha256Digest });
    await writeFileAtomically(lockFileOf(file), printLock(lock));
    return `\nLocked in ${lockFileOf(file)}, good until ${lock.expiresAt}`;
  }

  #compare(inputs: PlanInputs): Comparison {
    const comparison = comparePaths(inputs);
    this.print(renderComparison(comparison));
    return comparison;
  }
}

/** What the file held before it is written; nothing where that was no plan of this version. */
async function planOnDisk(file: string): Promise<MigrationPlan | undefined> {
  return await loadPlan(file).catch((error: unknown) => {
    if (isMeshError(error)) return undefined;
    throw error;
  });
}

/** A plan without stages is news only after one with some. */
const hasChanges = (plan: MigrationPlan, before: MigrationPlan | undefined): boolean =>
  before === undefined ? plan.stages.length > 0 : !sameWork(before, plan);
