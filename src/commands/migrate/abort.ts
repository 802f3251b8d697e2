import { Args, Flags } from '@oclif/core';
import { MeshCommand } from '../../command.ts';
import { stateDirFlag } from '../_flags.ts';
import { loadPlan } from '../_inputs.ts';
import { byFlag, heardWords, myself, say, type Saying } from './_say.ts';

export default class Abort extends MeshCommand<Saying> {
  static override summary = 'Take the stage under way back, and end the run there.';
  static override description =
    'After the step at hand the stage that has begun goes back, traffic first, as if its gate had failed; what was done before it stays. To take everything back, use `mesh migrate rollback`.';
  static override examples = [
    {
      description: 'The callers’ team sees errors',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml --reason "errors on the dashboard"',
    },
  ];
  static override args = { plan: Args.string({ description: 'The plan file.', required: true }) };
  static override flags = {
    'state-dir': stateDirFlag,
    by: byFlag,
    reason: Flags.string({
      description: 'Why, for the journal and for whoever reads the status.',
      default: 'no reason given',
    }),
  };

  async run(): Promise<Saying> {
    const { args, flags } = await this.parse(Abort);
    const plan = await loadPlan(args.plan);
    const { by = myself(), reason: why } = flags;
    const said = await say(flags['state-dir'], plan, { action: 'abort', by, why });
    this.print(`Plan ${plan.id} is aborted by ${by}: ${why}. ${heardWords(said)}`);
    return said;
  }
}
