import { meshError } from '../../errors/index.ts';
import { listRuns, type RecordedRun } from '../../journal/runs.ts';
import type { MigrationPlan } from '../../plans/plan.ts';
import type { World } from '../handler.ts';
import { witnessOf } from '../holding/hold-run.ts';
import { standingRun } from '../open-run.ts';
import { openStanding } from '../open-standing.ts';
import { joinedHosts, namedHosts } from './joined.ts';
import { type HostRenewal, renewHosts, type RenewalRequest } from './renew-run.ts';

export interface PlanRenewal extends Pick<RenewalRequest, 'mayCut' | 'interrupt' | 'watch'> {
  plan: MigrationPlan;
  stateDir: string;
  world: World;
  /** Hosts by name; none for all that the run has joined. */
  names: readonly string[];
  /** Looks and changes nothing: neither the run's lock nor its journal is touched. */
  dryRun: boolean;
}

/** How the credentials of all hosts stand that a run has joined. Changes nothing. */
export async function lookAtCredentials(
  plan: MigrationPlan,
  recorded: RecordedRun,
  world: World,
): Promise<HostRenewal[]> {
  const quiet = { mayCut: false, interrupt: new AbortController().signal, watch: () => undefined };
  return await renewHosts({ ...quiet, plan, world, run: recorded.run, hosts: joinedHosts(plan, recorded) });
}

/** The hosts of a plan's run and what became of them. */
export interface PlanRenewed {
  run: string;
  hosts: HostRenewal[];
}

/**
 * Renews the credentials of hosts that a plan's run has joined, as the run's next holder: nobody else changes anything
 * of this state directory meanwhile. @throws MW1440 no such run, MW1437 no such host, MW1601 lock held, MW1611 held elsewhere
 */
export async function renewPlan(request: PlanRenewal): Promise<PlanRenewed> {
  const { plan, stateDir, world, dryRun } = request;
  if (dryRun) return await renewStanding(request);
  // A name that is wrong is said before a cluster is asked who holds the run.
  const recorded = await recordedRun(request);
  namedHosts(joinedHosts(plan, recorded), request.names, recorded.run);
  // One host that cannot be reached keeps no other waiting.
  const witness = witnessOf({ plan, world, tolerant: true });
  const opened = await openStanding({ stateDir, now: world.clock.now }, plan, witness);
  const { close } = opened;
  try {
    return await renewStanding(request, opened);
  } finally {
    await close();
  }
}

async function recordedRun({ plan, stateDir }: PlanRenewal): Promise<RecordedRun> {
  const recorded = standingRun(await listRuns(stateDir), plan);
  if (!recorded) throw meshError('MW1440', { plan: plan.id, directory: stateDir });
  return recorded;
}

async function renewStanding(request: PlanRenewal, opened?: RenewalRequest['opened']): Promise<PlanRenewed> {
  const { plan, names } = request;
  const recorded = await recordedRun(request);
  const { run } = recorded;
  const hosts = namedHosts(joinedHosts(plan, recorded), names, run);
  return { run, hosts: await renewHosts({ ...request, run, hosts, ...(opened && { opened }) }) };
}
