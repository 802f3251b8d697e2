import { isMeshError, meshError } from '../../errors/index.ts';
import type { EstateCluster } from '../../estate/schema.ts';
import type { Adopted } from '../../journal/entry.ts';
import type { MigrationPlan, Step } from '../../plans/plan.ts';
import type { OperationContext, ProbeResult, World } from '../handler.ts';
import type { Holding } from '../holding/holding.ts';
import { openPreImages } from '../operations/kube/pre-images.ts';
import { probe } from '../operations/index.ts';
import { hostOwner, restampHost } from '../operations/host/owner.ts';
import { namespacesOf, ownedObjects, restampOwned } from '../owned.ts';
import { hostsOf } from '../preflight.ts';
import { adoptedState, leavesMark, type StepTrace } from './decide.ts';

/** A run whose journal is lost, as its new holder found it. */
export interface TakenOver {
  /** Greater than that of every holder before. */
  token: number;
  adopted: Adopted;
  holding: Holding;
}

/** Takes the Leases of a run with a token, then looks what the run has done, and shuts former holders out. */
export type TakeHold = (token: number, look: () => Promise<Adopted>) => Promise<Pick<TakenOver, 'adopted' | 'holding'>>;

/**
 * The greatest token that anything of a run carries, 0 when there is nothing. Greater than that of the journal: the
 * run was adopted elsewhere since. What cannot be asked is passed over if `tolerant`: a way back must not wait for it.
 */
export async function greatestToken(
  run: string,
  plan: MigrationPlan,
  world: World,
  tolerant: boolean,
): Promise<number> {
  return Math.max(0, ...(await ownersOf(run, plan, world, tolerant)).map(({ token }) => token));
}

/**
 * Takes a run over from the estate alone: finds what it owns, takes its Leases, puts a greater token on all of it, so that
 * a former holder can change nothing any more, and only then asks how far each step got.
 * @throws MW1608 nothing of this run is in the estate, MW1603 it was begun with another plan, MW1611 its holder lives
 */
export async function takeOver(run: string, plan: MigrationPlan, world: World, take: TakeHold): Promise<TakenOver> {
  const owners = await ownersOf(run, plan, world);
  if (owners.length === 0) throw meshError('MW1608', { run, estate: plan.estate });
  const other = owners.find(({ planDigest }) => planDigest !== plan.digest);
  if (other) throw meshError('MW1603', { run, runPlan: other.planDigest, plan: plan.digest });
  const token = Math.max(...owners.map((owner) => owner.token)) + 1;
  const context = (step: string): OperationContext => contextOf(run, plan, token, step, world);
  const look = async (): Promise<Adopted> => {
    await restampAll(owners, plan, context(''));
    return adoptedState(plan, await readTraces(plan, context));
  };
  return { token, ...(await take(token, look)) };
}

function contextOf(run: string, plan: MigrationPlan, token: number, step: string, world: World): OperationContext {
  return { world, timeoutMs: 60_000, stamp: { run, planDigest: plan.digest, step, token } };
}

interface Owner {
  planDigest: string;
  token: number;
  /** The host that carries it; absent in a cluster. */
  host?: string;
}

/** All that carries the stamp of a run, in the clusters and on the hosts that its plan changes; no other is asked. */
async function ownersOf(run: string, plan: MigrationPlan, world: World, tolerant = false): Promise<Owner[]> {
  const hosts = [...hostsOf(plan.stages.flatMap(({ steps }) => steps))];
  const asked: Promise<Owner[]>[] = [
    ...clustersOf(plan, world).map((cluster) =>
      ownedObjects(world.kube(cluster.name), namespacesOf(world, cluster), run),
    ),
    ...hosts.map(async (host) => [await hostOwner(host, world)].filter((owner) => owner.run === run)),
  ];
  const passOver = (error: unknown): Owner[] => {
    if (tolerant && isMeshError(error)) return [];
    throw error;
  };
  return (await Promise.all(asked.map((one) => one.catch(passOver)))).flat();
}

function clustersOf(plan: MigrationPlan, { estate }: World): EstateCluster[] {
  const operations = plan.stages.flatMap(({ steps }) => steps).flatMap(({ apply }) => apply);
  return estate.clusters.filter(({ name }) => operations.some((one) => 'cluster' in one && one.cluster === name));
}

async function restampAll(owners: readonly Owner[], plan: MigrationPlan, context: OperationContext): Promise<void> {
  const { world, stamp } = context;
  for (const cluster of clustersOf(plan, world))
    await restampOwned(world.kube(cluster.name), namespacesOf(world, cluster), stamp);
  for (const { host } of owners) if (host !== undefined) await restampHost(host, context);
}

/** Every step is asked, in the order of the plan: a later answer must not be older than an earlier one. */
async function readTraces(plan: MigrationPlan, context: (step: string) => OperationContext): Promise<StepTrace[]> {
  const traces: StepTrace[] = [];
  for (const step of plan.stages.flatMap(({ steps }) => steps)) traces.push(await readTrace(step, context(step.id)));
  return traces;
}

async function readTrace({ apply }: Step, context: OperationContext): Promise<StepTrace> {
  const trace: StepTrace = { states: [], isMarked: false };
  for (const operation of apply) {
    const { state } = await probe(operation, context).catch(notYet);
    trace.states.push(state);
    if (leavesMark(operation)) trace.isMarked ||= await isMarked(operation, state, context);
  }
  return trace;
}

/** What an earlier step makes, and has not made yet, has not been changed either. */
function notYet(error: unknown): ProbeResult {
  if (isMeshError(error, 'MW1210')) return { state: 'not-done' };
  throw error;
}

/** A field that has its value may have had it before: there the recorded pre-image tells. */
async function isMarked(
  operation: Step['apply'][number],
  state: ProbeResult['state'],
  { world, stamp }: OperationContext,
): Promise<boolean> {
  if (operation.op !== 'kube.set') return state === 'done' || state === 'partial';
  const { cluster, ref, fields } = operation;
  return (await openPreImages(world.kube(cluster), stamp).read(ref, fields)) !== null;
}
