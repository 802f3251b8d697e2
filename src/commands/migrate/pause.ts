import { Args, Flags } from '@oclif/core';
import { MeshCommand } from '../../command.ts';
import { stateDirFlag } from '../_flags.ts';
import { loadPlan } from '../_inputs.ts';
import { byFlag, heardWords, myself, say, type Saying } from './_say.ts';

export default class Pause extends MeshCommand<Saying> {
  static override summary = 'Let a run begin nothing more until it is resumed.';
  static override description =
    'The step at hand is finished. What was done is watched on while the process waits (`apply --wait`); without that it ends with 3. A rollback is never held.';
  static override examples = [
    {
      description: 'Until somebody looked at the dashboards',
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
    const { args, flags } = await this.parse(Pause);
    const plan = await loadPlan(args.plan);
    const { by = myself(), reason: why } = flags;
    const said = await say(flags['state-dir'], plan, { action: 'pause', by, why });
    this.print(`Plan ${plan.id} is paused by ${by}: ${why}. ${heardWords(said)}`);
    return said;
  }
}
