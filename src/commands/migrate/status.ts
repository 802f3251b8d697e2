import { Args, Flags } from '@oclif/core';
import { MeshCommand } from '../../command.ts';
import { ownedThings } from '../../execute/owned.ts';
import { type RunStatus, statusOf } from '../../execute/status.ts';
import { listRuns } from '../../journal/runs.ts';
import { renderStatus } from '../../report/status-text.ts';
import { estateFlag, stateDirFlag } from '../_flags.ts';
import { loadEstate, loadPlan } from '../_inputs.ts';
import { openWorld } from '../_world.ts';

export default class Status extends MeshCommand<RunStatus[]> {
  static override summary = 'Say where every run stands.';
  static override description =
    'Reads the journals. With --owned it also asks clusters and hosts what carries the stamp of a run.';
  static override examples = [
    { description: 'The runs of a plan', command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml' },
    {
      description: 'And what they own, by asking',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml --owned',
    },
  ];
  static override args = { plan: Args.string({ description: 'The plan file; without it the stages are not listed.' }) };
  static override flags = {
    estate: estateFlag,
    'state-dir': stateDirFlag,
    owned: Flags.boolean({ description: 'Ask clusters and hosts what is owned there.' }),
  };

  async run(): Promise<RunStatus[]> {
    const { args, flags } = await this.parse(Status);
    const plan = args.plan === undefined ? undefined : await loadPlan(args.plan);
    const runs = (await listRuns(flags['state-dir'])).filter(
      ({ state }) => plan === undefined || state.planDigest === plan.digest,
    );
    const owned = flags.owned ? await this.#owned(flags.estate) : undefined;
    const statuses = runs.map((run) =>
      statusOf(
        run,
        plan,
        owned?.filter(({ run: owner }) => owner === run.run).map(({ thing }) => thing),
      ),
    );
    this.print(renderStatus(statuses));
    return statuses;
  }

  async #owned(estateFile: string): Promise<Awaited<ReturnType<typeof ownedThings>>> {
    const loaded = await loadEstate(estateFile);
    const world = openWorld(loaded);
    return await ownedThings(world).finally(() => world.close());
  }
}
