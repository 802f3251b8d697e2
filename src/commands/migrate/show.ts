import { Args, Flags } from '@oclif/core';
import { MeshCommand } from '../../command.ts';
import { meshError } from '../../errors/index.ts';
import type { MigrationPlan } from '../../plans/plan.ts';
import { writeFileAtomically } from '../../ports/files.ts';
import { toTerminal } from '../../report/style.ts';
import { loadPlan } from '../_inputs.ts';
import { formats, inventoryOf, showPlan } from './_show-formats.ts';

export default class Show extends MeshCommand<MigrationPlan> {
  static override summary = 'Show a plan to a person.';
  static override description =
    'Prints stages, steps, gates and what each does to traffic; as a page, a change request or a picture for those who do not run it. Opens no connection. Refuses a plan that was edited after it was made, and an inventory that it was not made from.';
  static override examples = [
    { description: 'The plan in short', command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml' },
    {
      description: 'With every operation, check and query',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml --full',
    },
    {
      description: 'As a page, with the estate after each wave',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml --format html -i inventory.json -o plan.html',
    },
    {
      description: 'The estate after wave 2 as a picture',
      command:
        '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml --format svg --wave 2 -i inventory.json -o wave-2.svg',
    },
  ];
  static override args = { plan: Args.string({ description: 'The plan file.', required: true }) };
  static override flags = {
    full: Flags.boolean({ description: 'Every operation, check, undo and query; of the text.' }),
    format: Flags.option({
      description: 'How the plan is printed or written.',
      options: formats,
      default: 'text' as const,
    })(),
    inventory: Flags.string({
      char: 'i',
      description:
        'The inventory that the plan was made from, for pictures of the estate. They are left out without it.',
    }),
    wave: Flags.integer({
      min: 0,
      description: 'With `--format svg`: the estate after this wave, instead of the timeline; 0 is before the first.',
    }),
    out: Flags.string({ char: 'o', description: 'A file to write it to, instead of standard output.' }),
  };

  async run(): Promise<MigrationPlan> {
    const { args, flags } = await this.parse(Show);
    const { format, full, wave, out } = flags;
    if (wave !== undefined && format !== 'svg') throw usage('--wave is for --format svg');
    if (full && format !== 'text') throw usage('--full is for --format text');
    const plan = await loadPlan(args.plan);
    const inventory = flags.inventory === undefined ? undefined : await inventoryOf(plan, flags.inventory);
    const text = showPlan(plan, { format, full, wave, inventory });
    if (out === undefined) this.print(text);
    else await this.#write(out, text);
    return plan;
  }

  async #write(file: string, text: string): Promise<void> {
    await writeFileAtomically(file, `${toTerminal(text, false)}\n`);
    this.print(`Written to ${file}.`);
  }
}

const usage = (detail: string): Error => meshError('MW1001', { command: 'mesh migrate show', detail });
