import { meshError } from '../errors/index.ts';
import { hostNamed, sshTargetOf } from '../estate/ssh-target.ts';
import type { Operation } from '../plans/operation.ts';
import type { MigrationPlan, Step } from '../plans/plan.ts';
import { PREFLIGHT_NAME } from '../plans/rights/of-plan.ts';
import type { World } from './handler.ts';

const TIMEOUT_MS = 20_000;

/**
 * Asks every target of a plan before the first change, and changes nothing: each host by a login with the rights the
 * steps need, each cluster by its identity and the kinds the plan writes. The first that fails ends it with its code.
 */
export async function preflight(plan: MigrationPlan, world: World): Promise<void> {
  const steps = plan.stages.flatMap((stage) => stage.steps);
  await Promise.all([...hostsOf(steps)].map((host) => reachHost(host, world)));
  for (const [cluster, kinds] of kindsOf(steps)) await reachCluster(cluster, kinds, world);
  for (const { apply } of steps) for (const operation of apply) await tryCreate(operation, world);
}

/** The server's own dry run tells whether we may create an object, and whether it takes it as the plan has it. */
async function tryCreate(operation: Operation, world: World): Promise<void> {
  if (operation.op !== 'kube.create') return;
  const { cluster, manifest } = operation;
  const { apiVersion, kind } = manifest;
  const kube = world.kube(cluster);
  const live = await kube.get({ apiVersion, kind, ...manifest.metadata });
  if (!live) await kube.create(manifest, { dryRun: true });
}

export function hostsOf(steps: readonly Step[]): Set<string> {
  return new Set(
    steps.flatMap(({ apply }) => apply.flatMap((operation) => ('host' in operation ? [operation.host] : []))),
  );
}

function kindsOf(
  steps: readonly Step[],
): Map<string, Map<string, { apiVersion: string; kind: string; namespace: string }>> {
  const clusters = new Map<string, Map<string, { apiVersion: string; kind: string; namespace: string }>>();
  for (const operation of steps.flatMap(({ apply }) => apply)) {
    if (!('cluster' in operation)) continue;
    const { apiVersion, kind, namespace } =
      operation.op === 'kube.create' ? { ...operation.manifest, ...operation.manifest.metadata } : operation.ref;
    const kinds =
      clusters.get(operation.cluster) ?? new Map<string, { apiVersion: string; kind: string; namespace: string }>();
    clusters.set(operation.cluster, kinds.set(`${apiVersion} ${kind} ${namespace}`, { apiVersion, kind, namespace }));
  }
  return clusters;
}

async function reachHost(name: string, { estate, ssh }: World): Promise<void> {
  const target = sshTargetOf(estate, hostNamed(estate, name));
  const result = await ssh.script(target, 'test "$(id -u)" = 0', {}, { timeoutMs: TIMEOUT_MS, root: true });
  if (result.exitCode !== 0) throw meshError('MW1106', { host: name, user: target.user });
}

/** A get of a name that is nobody's proves both that the kind is served and that we may read it. */
async function reachCluster(
  cluster: string,
  kinds: Map<string, { apiVersion: string; kind: string; namespace: string }>,
  world: World,
): Promise<void> {
  const kube = world.kube(cluster);
  await kube.identity();
  for (const kind of kinds.values()) await kube.get({ ...kind, name: PREFLIGHT_NAME });
}
