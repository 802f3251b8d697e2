import { Args } from '@oclif/core';
import { MeshCommand } from '../../command.ts';
import { portability, type PortabilityReport } from '../../plans/portability.ts';
import { renderPortability } from '../../report/portability-text.ts';
import { loadPlan } from '../_inputs.ts';

export default class Portability extends MeshCommand<PortabilityReport> {
  static override summary = 'Say which objects of a plan another mesh could read, and which are one mesh’s own.';
  static override description =
    'Counts what the plan creates by API group and kind, stage by stage. Opens no connection.';
  static override examples = [
    { description: 'For a person', command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml' },
    { description: 'For a program', command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml --json' },
  ];
  static override args = { plan: Args.string({ description: 'The plan file.', required: true }) };

  async run(): Promise<PortabilityReport> {
    const { args } = await this.parse(Portability);
    const report = portability(await loadPlan(args.plan));
    this.print(renderPortability(report));
    return report;
  }
}
