import { dirname } from 'node:path';
import { Flags } from '@oclif/core';
import { MeshCommand } from '../../command.ts';
import { ExitCode, isMeshError } from '../../errors/index.ts';
import { createPlan } from '../../plans/create.ts';
import { sameWork } from '../../plans/diff/diff.ts';
import { createLock } from '../../plans/lock/create-lock.ts';
import { lockFileOf } from '../../plans/lock/lock.ts';
import { printLock } from '../../plans/lock/read-lock.ts';
import type { MigrationPlan } from '../../plans/plan.ts';
import { printPlan } from '../../plans/read.ts';
import { makeDirectory } from '../../ports/directories.ts';
import { writeFileAtomically } from '../../ports/files.ts';
import { sha256Digest } from '../../ports/hash.ts';
import { providerOf } from '../../providers/index.ts';
import { renderPlanSummary } from '../../report/plan-text.ts';
import { estateFlag } from '../_flags.ts';
import { loadEstate, loadInventory, loadPlan } from '../_inputs.ts';

export default class Plan extends MeshCommand<{ file: string; plan: MigrationPlan }> {
  static override summary = 'Plan the migration of an estate.';
  static override description =
    'Reads the estate file and the inventory and opens no connection. Writes a plan for review, whose bytes are the same for the same inputs, and a lock file beside it: when it was made, what it depends on, and until when it is good. Ends with status 7 when findings forbid to apply it.';
  static override examples = [
    { description: 'Plan from inventory.json', command: '<%= config.bin %> <%= command.id %>' },
    {
      description: 'Name the inputs and the plan',
      command: '<%= config.bin %> <%= command.id %> -f estate.yaml -i inventory.json -o plans/shop.plan.yaml',
    },
  ];
  static override flags = {
    estate: estateFlag,
    inventory: Flags.string({
      char: 'i',
      description: 'The inventory that discover wrote.',
      default: 'inventory.json',
    }),
    out: Flags.string({ char: 'o', description: 'Where the plan goes; plans/<estate>.plan.yaml by default.' }),
    'detailed-exitcode': Flags.boolean({
      description:
        'End with 2 when the plan changes anything and is not the one that the file held before, with 0 otherwise.',
    }),
  };

  async run(): Promise<{ file: string; plan: MigrationPlan }> {
    const { flags } = await this.parse(Plan);
    const loaded = await loadEstate(flags.estate);
    const { inventory, digest } = await loadInventory(flags.inventory, loaded);
    const { estate } = loaded;
    const digests = { estate: loaded.digest, inventory: digest };
    const plan = createPlan({
      id: estate.name,
      estate,
      inventory,
      provider: providerOf(estate.provider.name),
      digests,
      hash: sha256Digest,
    });
    const file = flags.out ?? `plans/${estate.name}.plan.yaml`;
    if (flags.out === undefined) await makeDirectory(dirname(file));
    const before = flags['detailed-exitcode'] ? await planOnDisk(file) : undefined;
    await writeFileAtomically(file, printPlan(plan, sha256Digest));
    const lock = createLock({
      plan,
      estate,
      inventory,
      tool: this.config.version,
      nowMs: Date.now(),
      hash: sha256Digest,
    });
    await writeFileAtomically(lockFileOf(file), printLock(lock));
    this.print(`${renderPlanSummary(plan, file)}\nLocked in ${lockFileOf(file)}, good until ${lock.expiresAt}`);
    if (!plan.applyable) this.endWith(ExitCode.refused);
    else if (flags['detailed-exitcode'] && hasChanges(plan, before)) this.endWith(ExitCode.changesPresent);
    return { file, plan };
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
