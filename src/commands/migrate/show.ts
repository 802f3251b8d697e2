import { Args, Flags } from '@oclif/core';
import { MeshCommand } from '../../command.ts';
import type { MigrationPlan } from '../../plans/plan.ts';
import { renderPlan } from '../../report/plan-text.ts';
import { loadPlan } from '../_inputs.ts';

export default class Show extends MeshCommand<MigrationPlan> {
  static override summary = 'Show a plan to a person.';
  static override description =
    'Prints stages, steps, gates and what each does to traffic. Refuses a plan that was edited after it was made.';
  static override examples = [
    { description: 'The plan in short', command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml' },
    {
      description: 'With every operation, check and query',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml --full',
    },
  ];
  static override args = { plan: Args.string({ description: 'The plan file.', required: true }) };
  static override flags = { full: Flags.boolean({ description: 'Every operation, check, undo and query.' }) };

  async run(): Promise<MigrationPlan> {
    const { args, flags } = await this.parse(Show);
    const plan = await loadPlan(args.plan);
    this.print(renderPlan(plan, { full: flags.full }));
    return plan;
  }
}
