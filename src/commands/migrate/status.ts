import { Args, Flags } from '@oclif/core';
import { MeshCommand } from '../../command.ts';
import { ExitCode, isMeshError, meshError } from '../../errors/index.ts';
import { compareOwned, type Difference } from '../../execute/compare-owned.ts';
import { ownedThings } from '../../execute/owned.ts';
import { lookAtCredentials } from '../../execute/renew/renew-plan.ts';
import type { HostRenewal } from '../../execute/renew/renew-run.ts';
import { type RunStatus, statusOf } from '../../execute/status.ts';
import { worldTarget } from '../../execute/target.ts';
import { requestBox } from '../../journal/request-box.ts';
import { listRuns, type RecordedRun } from '../../journal/runs.ts';
import type { MigrationPlan } from '../../plans/plan.ts';
import { systemClock } from '../../ports/clock.ts';
import { isHeld } from '../../ports/lock.ts';
import { renderStatus } from '../../report/status-text.ts';
import { estateFlag, stateDirFlag } from '../_flags.ts';
import { loadEstate, loadEstateIfThere, loadPlan } from '../_inputs.ts';
import { openWorld } from '../_world.ts';

/** How soon `--watch` sees what was recorded. */
const WATCH_EVERY_MS = 1_000;

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
    check: Flags.boolean({
      description:
        'Ask every target whether what the run did is still so; ends with 2 when something is not. Needs the plan file.',
    }),
    watch: Flags.boolean({
      char: 'w',
      description: 'Print it again whenever something is recorded, until the run reaches its goal or Ctrl-C.',
      exclusive: ['json', 'owned', 'credentials', 'check'],
    }),
    credentials: Flags.boolean({
      description: 'Ask joined hosts how long their credentials last; ends with 9 when some serve no more.',
    }),
  };

  async run(): Promise<RunStatus[]> {
    const { args, flags } = await this.parse(Status);
    const plan = args.plan === undefined ? undefined : await loadPlan(args.plan);
    if (flags.watch) return await this.#watch(plan, flags['state-dir'], flags.estate);
    const runs = (await listRuns(flags['state-dir'])).filter(
      ({ state }) => plan === undefined || state.planDigest === plan.digest,
    );
    const owned = flags.owned ? await this.#owned(flags.estate) : undefined;
    const credentials = flags.credentials ? await this.#credentials(flags.estate, plan, runs) : undefined;
    const differences = flags.check ? await this.#compare(flags.estate, plan, runs) : undefined;
    const heard = await this.#local(flags['state-dir'], plan, flags.estate);
    const statuses = runs.map((run) => {
      const asked = credentials?.get(run.run);
      const things = owned?.filter(({ run: owner }) => owner === run.run).map(({ thing }) => thing);
      const compared = differences?.get(run.run);
      const more = {
        ...(things && { owned: things }),
        ...(asked && { credentials: asked }),
        ...(compared && { differences: compared }),
      };
      return statusOf(run, plan, { ...heard, ...more }, Date.now());
    });
    this.print(renderStatus(statuses));
    if (statuses.some((status) => (status.differences?.length ?? 0) > 0)) this.endWith(ExitCode.changesPresent);
    if (statuses.some((status) => status.credentials?.some(({ level }) => level === 'error')))
      this.endWith(ExitCode.preflight);
    return statuses;
  }

  /** What the state directory tells besides its journals, and the estate. */
  async #local(
    stateDir: string,
    plan: MigrationPlan | undefined,
    estateFile: string,
  ): Promise<Pick<RunStatus, 'isRunning' | 'unheard' | 'createsRefused'>> {
    const waiting = plan ? await requestBox(stateDir, plan).waiting() : [];
    const unheard = waiting.map(
      (request) => `${request.action}${request.action === 'approve' ? ` ${request.stage}` : ''} by ${request.by}`,
    );
    const refused = await areCreatesRefused(estateFile);
    return {
      isRunning: isHeld(stateDir),
      ...(unheard.length > 0 && { unheard }),
      ...(refused !== undefined && { createsRefused: refused }),
    };
  }

  /** Reads the journals again and again: whoever carries the run out is not disturbed, and this may end at any time. */
  async #watch(plan: MigrationPlan | undefined, stateDir: string, estateFile: string): Promise<RunStatus[]> {
    let shown = '';
    for (;;) {
      const runs = (await listRuns(stateDir)).filter(
        ({ state }) => plan === undefined || state.planDigest === plan.digest,
      );
      const heard = await this.#local(stateDir, plan, estateFile);
      const statuses = runs.slice(-1).map((run) => statusOf(run, plan, heard, Date.now()));
      const text = renderStatus(statuses);
      if (text !== shown) {
        this.print(`${new Date().toISOString()}\n${text}`);
        this.emit({ event: 'status', runs: statuses });
      }
      shown = text;
      const last = runs.at(-1)?.state;
      if (last && !heard.isRunning && (last.finished?.seq ?? 0) > (last.goal?.seq ?? 0)) return statuses;
      await systemClock(this.interrupt).sleep(WATCH_EVERY_MS);
    }
  }

  async #compare(
    estateFile: string,
    plan: MigrationPlan | undefined,
    runs: readonly RecordedRun[],
  ): Promise<Map<string, Difference[]>> {
    if (!plan) throw meshError('MW1001', { command: 'mesh migrate status', detail: '--check needs the plan file' });
    const world = openWorld(await loadEstate(estateFile));
    try {
      const target = worldTarget(world);
      const asked = runs.map(async ({ run, state, entries }) => {
        const token = Math.max(...entries.map((entry) => entry.token));
        return [run, await compareOwned(plan, state, target, { run, planDigest: plan.digest, token })] as const;
      });
      return new Map(await Promise.all(asked));
    } finally {
      await world.close();
    }
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

/** By the estate, which every holder reads when it takes a run. One that cannot be read keeps nobody from a status. */
async function areCreatesRefused(estateFile: string): Promise<boolean | undefined> {
  try {
    const { estate } = (await loadEstateIfThere(estateFile)) ?? {};
    return estate && estate.clusters.length > 0 ? estate.policy.admissionPolicy === true : undefined;
  } catch (error) {
    if (isMeshError(error)) return undefined;
    throw error;
  }
}
