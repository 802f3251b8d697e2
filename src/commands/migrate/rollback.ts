import { Args, Flags } from '@oclif/core';
import { MeshCommand } from '../../command.ts';
import { stageNamed } from '../../plans/lookup.ts';
import { askYesNo } from '../_ask.ts';
import { adoptFlag, estateFlag, stateDirFlag } from '../_flags.ts';
import { loadEstate, loadPlan, matchEstateName } from '../_inputs.ts';
import { carryOut, type RunResult } from './_run.ts';

export default class Rollback extends MeshCommand<RunResult> {
  static override summary = 'Take a migration back, traffic first.';
  static override description =
    'Undoes the steps of the plan in the opposite order, each from what was recorded before it. Interrupted, it carries on with the next rollback.';
  static override examples = [
    { description: 'Back to the start', command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml' },
    {
      description: 'Keep what was done up to and with a stage',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml --to join-web --yes',
    },
  ];
  static override args = { plan: Args.string({ description: 'The plan file that was applied.', required: true }) };
  static override flags = {
    estate: estateFlag,
    'state-dir': stateDirFlag,
    adopt: adoptFlag,
    to: Flags.string({ description: 'The last stage that stays; without it everything goes back.' }),
    yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }),
  };
  protected override readonly stopsItself = true;

  async run(): Promise<RunResult> {
    const { args, flags } = await this.parse(Rollback);
    const plan = await loadPlan(args.plan);
    const loaded = await loadEstate(flags.estate);
    matchEstateName(plan, args.plan, loaded);
    if (plan.inputs.estate !== loaded.digest)
      this.note(`${loaded.file} was changed after the plan was made; going back with it as it is.`);
    const to = flags.to ?? null;
    if (to !== null) stageNamed(plan, to);
    const message = `Take estate ${plan.estate} back to ${to === null ? 'the start' : `the end of stage ${to}`}?`;
    if (!flags.yes && !(await askYesNo({ message, flag: '--yes' })))
      return { run: '', plan: plan.id, goal: 'unchanged' };
    return await carryOut({
      plan,
      loaded,
      goal: { direction: 'back', to },
      adopt: flags.adopt,
      stateDir: flags['state-dir'],
      tool: this.config.version,
      interrupt: this.interrupt,
      mode: this.outputMode,
      isTty: process.stdout.isTTY,
      print: (text) => this.print(text),
      emit: (event) => this.emit({ ...event }),
      note: (text) => this.note(text),
    });
  }
}
