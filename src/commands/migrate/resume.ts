import { Args, Flags } from '@oclif/core';
import { MeshCommand } from '../../command.ts';
import { stateDirFlag } from '../_flags.ts';
import { loadPlan } from '../_inputs.ts';
import { byFlag, heardWords, myself, say, type Saying } from './_say.ts';

export default class Resume extends MeshCommand<Saying> {
  static override summary = 'Let a paused run go on.';
  static override description =
    'Takes back what `mesh migrate pause` said. Where no process carries the run out any more, apply again.';
  static override examples = [
    {
      description: 'Go on',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml',
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
    const { args, flags } = await this.parse(Resume);
    const plan = await loadPlan(args.plan);
    const { by = myself(), reason: why } = flags;
    const said = await say(flags['state-dir'], plan, { action: 'resume', by, why });
    this.print(`Plan ${plan.id} is resumed by ${by}: ${why}. ${heardWords(said)}`);
    return said;
  }
}
