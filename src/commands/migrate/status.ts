import { Args, Flags } from '@oclif/core';
import { MeshCommand } from '../../command.ts';
import { ExitCode, meshError } from '../../errors/index.ts';
import { ownedThings } from '../../execute/owned.ts';
import { lookAtCredentials } from '../../execute/renew/renew-plan.ts';
import type { HostRenewal } from '../../execute/renew/renew-run.ts';
import { type RunStatus, statusOf } from '../../execute/status.ts';
import { listRuns, type RecordedRun } from '../../journal/runs.ts';
import type { MigrationPlan } from '../../plans/plan.ts';
import { renderStatus } from '../../report/status-text.ts';
import { estateFlag, stateDirFlag } from '../_flags.ts';
import { loadEstate, loadPlan } from '../_inputs.ts';
import { openWorld } from '../_world.ts';

export default class Status extends MeshCommand<RunStatus[]> {
  static override summary = 'Say where every run stands.';
  static override description =
    'Reads the journals. With --owned it also asks clusters and hosts what carries the stamp of a run, with --credentials joined hosts when their certificates and tokens expire.';
  static override examples = [
    { description: 'The runs of a plan', command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml' },
    {
      description: 'And what they own, by asking',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml --owned',
    },
    {
      description: 'How long the credentials of its joined hosts last',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml --credentials',
    },
  ];
  static override args = { plan: Args.string({ description: 'The plan file; without it the stages are not listed.' }) };
  static override flags = {
    estate: estateFlag,
    'state-dir': stateDirFlag,
    owned: Flags.boolean({ description: 'Ask clusters and hosts what is owned there.' }),
    credentials: Flags.boolean({
      description: 'Ask joined hosts how long their credentials last; ends with 9 when some serve no more.',
    }),
  };

  async run(): Promise<RunStatus[]> {
    const { args, flags } = await this.parse(Status);
    const plan = args.plan === undefined ? undefined : await loadPlan(args.plan);
    const runs = (await listRuns(flags['state-dir'])).filter(
      ({ state }) => plan === undefined || state.planDigest === plan.digest,
    );
    const owned = flags.owned ? await this.#owned(flags.estate) : undefined;
    const credentials = flags.credentials ? await this.#credentials(flags.estate, plan, runs) : undefined;
    const statuses = runs.map((run) => {
      const asked = credentials?.get(run.run);
      const things = owned?.filter(({ run: owner }) => owner === run.run).map(({ thing }) => thing);
      return statusOf(run, plan, { ...(things && { owned: things }), ...(asked && { credentials: asked }) });
    });
    this.print(renderStatus(statuses));
    if (statuses.some((status) => status.credentials?.some(({ level }) => level === 'error')))
      this.endWith(ExitCode.preflight);
    return statuses;
  }

  async #credentials(
    estateFile: string,
    plan: MigrationPlan | undefined,
    runs: readonly RecordedRun[],
  ): Promise<Map<string, HostRenewal[]>> {
    if (!plan)
      throw meshError('MW1001', { command: 'mesh migrate status', detail: '--credentials needs the plan file' });
    const world = openWorld(await loadEstate(estateFile));
    try {
      const asked = runs.map(async (run) => [run.run, await lookAtCredentials(plan, run, world)] as const);
      return new Map(await Promise.all(asked));
    } finally {
      await world.close();
    }
  }

  async #owned(estateFile: string): Promise<Awaited<ReturnType<typeof ownedThings>>> {
    const loaded = await loadEstate(estateFile);
    const world = openWorld(loaded);
    return await ownedThings(world).finally(() => world.close());
  }
}
