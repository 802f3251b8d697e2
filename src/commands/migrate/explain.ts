import { Args } from '@oclif/core';
import { MeshCommand } from '../../command.ts';
import { explain, type Explanation } from '../../plans/explain/explain.ts';
import { renderExplanation } from '../../report/explain-text.ts';
import { loadPlan } from '../_inputs.ts';

export default class Explain extends MeshCommand<Explanation> {
  static override summary = 'Explain one step, stage or wave of a plan.';
  static override description =
    'Why it is there and there, what it touches, what it needs first, what it does to traffic, how it is watched, how it is undone and until when. Opens no connection.';
  static override examples = [
    { description: 'A step', command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml join-web/enrol' },
    { description: 'A stage', command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml shift-catalog' },
    {
      description: 'A wave, for a program',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml wave-2 --json',
    },
  ];
  static override args = {
    plan: Args.string({ description: 'The plan file.', required: true }),
    name: Args.string({ description: 'A step as stage/action, a stage, or a wave as wave-2.', required: true }),
  };

  async run(): Promise<Explanation> {
    const { args } = await this.parse(Explain);
    const explanation = explain(await loadPlan(args.plan), args.name);
    this.print(renderExplanation(explanation));
    return explanation;
  }
}
