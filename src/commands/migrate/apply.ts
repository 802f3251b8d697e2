import { Args, Flags } from '@oclif/core';
import { MeshCommand } from '../../command.ts';
import { meshError } from '../../errors/index.ts';
import { dryRun, type DryRunStep } from '../../execute/dry-run.ts';
import { stageNamed } from '../../plans/lookup.ts';
import { renderDryRun } from '../../report/dry-run-text.ts';
import { askYesNo } from '../_ask.ts';
import { adoptFlag, estateFlag, stateDirFlag } from '../_flags.ts';
import { durationFlag } from '../_duration.ts';
import { loadEstate, loadPlan, matchEstate } from '../_inputs.ts';
import { openWorld } from '../_world.ts';
import { takeApprovals } from './_approvals.ts';
import { throughCommitPoint } from './_commit.ts';
import { checkLock } from './_lock.ts';
import { carryOut, type RunRequest, type RunResult } from './_run.ts';

export default class Apply extends MeshCommand<RunResult | { dryRun: DryRunStep[] }> {
  static override summary = 'Apply a plan, stage by stage, behind its gates.';
  static override description =
    'Does exactly the reviewed steps, or stops. Whatever ends it, the next apply carries on. The first Ctrl-C ends it after the step at hand.';
  static override examples = [
    {
      description: 'Show what would change, as the cluster itself would change it',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml --dry-run',
    },
    {
      description: 'Apply up to and with one stage',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml --to join-web',
    },
    { description: 'Apply everything', command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml' },
    {
      description: 'Apply everything, also what cannot be undone, where nobody can be asked',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml --commit',
    },
    {
      description: 'Carry on with a run whose journal is lost, from another machine',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml --adopt shop-1a2b3c',
    },
  ];
  static override args = { plan: Args.string({ description: 'The plan file.', required: true }) };
  static override flags = {
    estate: estateFlag,
    'state-dir': stateDirFlag,
    adopt: adoptFlag,
    stage: Flags.string({ description: 'Apply this stage alone; those before it must be done.', exclusive: ['to'] }),
    to: Flags.string({ description: 'Apply through this stage.' }),
    commit: Flags.boolean({
      description:
        'Go over a commit point, after which rollback is refused; without it apply asks, or stops before it.',
      exclusive: ['dry-run'],
    }),
    approve: Flags.string({
      helpValue: 'STAGE=DIGEST',
      multiple: true,
      description:
        'A stage that may begin, and the digest of the plan for which that was said. Several times for several.',
    }),
    'approval-file': Flags.string({
      helpValue: 'FILE',
      multiple: true,
      description: 'Approvals as `mesh migrate approve --json` prints them.',
    }),
    wait: durationFlag({
      least: '1s',
      most: '720h',
      exclusive: ['dry-run'],
      description:
        'Wait for so long (90s, 15m, 8h), and watch what was done, where the run would end for want of an approval, in a freeze, a pause or a veto, or at a gate without data.',
    }),
    'dry-run': Flags.boolean({ description: 'Change nothing; show each change, by server-side dry run.' }),
  };
  protected override readonly stopsItself = true;

  async run(): Promise<RunResult | { dryRun: DryRunStep[] }> {
    const { args, flags } = await this.parse(Apply);
    const plan = await loadPlan(args.plan);
    if (plan.basis === 'files') throw meshError('MW1346', { plan: args.plan });
    await checkLock(args.plan, plan, {
      stateDir: flags['state-dir'],
      isAdopting: flags.adopt !== undefined,
      tool: this.config.version,
      nowMs: Date.now(),
      note: (text) => this.note(text),
    });
    const loaded = await loadEstate(flags.estate);
    matchEstate(plan, args.plan, loaded);
    if (!plan.applyable)
      throw meshError(
        'MW1313',
        { file: args.plan },
        { details: plan.findings.map(({ code, subject, message }) => `${code} ${subject}: ${message}`) },
      );
    const to = flags.stage ?? flags.to ?? null;
    if (to !== null) stageNamed(plan, to);
    if (flags['dry-run']) return await this.#rehearse(plan, loaded, to);
    await takeApprovals(flags['state-dir'], plan, flags.approve ?? [], flags['approval-file'] ?? []);
    const { commit, wait: waitMs } = flags;
    const goal = { direction: 'forward', to, only: flags.stage !== undefined, commit, waitMs } as const;
    const request: RunRequest = {
      plan,
      loaded,
      goal,
      adopt: flags.adopt,
      stateDir: flags['state-dir'],
      tool: this.config.version,
      interrupt: this.interrupt,
      mode: this.outputMode,
      isTty: process.stdout.isTTY,
      print: (text) => this.print(text),
      emit: (event) => this.emit({ ...event }),
      note: (text) => this.note(text),
    };
    return await throughCommitPoint(request, process.stdin.isTTY, { carryOut, ask: askYesNo });
  }

  async #rehearse(
    plan: Parameters<typeof dryRun>[0],
    loaded: Parameters<typeof openWorld>[0],
    to: string | null,
  ): Promise<{ dryRun: DryRunStep[] }> {
    const world = openWorld(loaded);
    try {
      const steps = await dryRun(plan, to, world);
      this.print(renderDryRun(steps));
      return { dryRun: steps };
    } finally {
      await world.close();
    }
  }
}
