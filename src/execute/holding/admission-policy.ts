import { isMeshError, meshError } from '../../errors/index.ts';
import { LEASE_API, ownedKinds, runLease, runPolicy } from '../../plans/owned-kinds.ts';
import type { KubeManifest, KubeRef } from '../../plans/operation.ts';
import { groupOf, pluralOf } from '../../plans/rights/resources.ts';
import type { KubePort } from '../../ports/contracts.ts';
import type { Stamp } from '../handler.ts';
import { retryStale } from '../operations/kube/conflicts.ts';
import { refuseForeign } from '../operations/kube/foreign.ts';
import { isManaged, RUN_LABEL, stampObject, TOKEN_ANNOTATION } from '../operations/kube/ownership.ts';
import type { LeaseHome } from './cluster-lease.ts';

const API = 'admissionregistration.k8s.io/v1';
/** An API server learns of a new policy within seconds; one that has not by then does not look for it. */
const EFFECT_MS = 60_000;
const POLL_MS = 200;

const parts = (run: string): KubeRef[] =>
  ['ValidatingAdmissionPolicyBinding', 'ValidatingAdmissionPolicy'].map((kind) => ({
    ...{ apiVersion: API, kind, namespace: '', name: runPolicy(run) },
  }));

/** What a policy says when it refuses; the port knows it by its beginning. */
const REFUSAL = 'meshway: another holder has taken this run over';

/**
 * A policy that lets nobody create or update an object of a run with a lower token than the holder's, and its binding. The
 * token is in the rule itself, and not a parameter that is read from the Lease: an API server that has once let go of the last
 * policy with such a parameter may not look at that kind again (docs/decisions/0054).
 */
export function policyOf(stamp: Stamp): [policy: KubeManifest, binding: KubeManifest] {
  const name = runPolicy(stamp.run);
  const of = (kind: string, spec: object): KubeManifest =>
    stampObject({ apiVersion: API, kind, metadata: { name }, spec } as unknown as KubeManifest, stamp);
  const policy = of('ValidatingAdmissionPolicy', {
    failurePolicy: 'Fail',
    matchConstraints: { objectSelector: { matchLabels: { [RUN_LABEL]: stamp.run } }, resourceRules: resourceRules() },
    // The selector is true for what an object was too: who takes the label away is not asked.
    matchConditions: [
      { name: 'of-the-run', expression: `object.metadata.?labels[?'${RUN_LABEL}'].orValue('') == '${stamp.run}'` },
    ],
    validations: [
      {
        expression: `int(object.metadata.?annotations[?'${TOKEN_ANNOTATION}'].orValue('0')) >= ${stamp.token}`,
        message: `${REFUSAL}, and its token is greater`,
        reason: 'Forbidden',
      },
    ],
  });
  return [policy, of('ValidatingAdmissionPolicyBinding', { policyName: name, validationActions: ['Deny'] })];
}

/** One rule for each API group, with every kind that a run may own. */
function resourceRules(): object[] {
  const byGroup = Map.groupBy(ownedKinds, ([apiVersion]) => groupOf(apiVersion));
  return [...byGroup].map(([group, kinds]) => ({
    apiGroups: [group],
    apiVersions: ['*'],
    operations: ['CREATE', 'UPDATE'],
    resources: kinds.map(([, kind]) => pluralOf(group, kind)),
  }));
}

/**
 * Puts the policy of a run in force with the token of this holder, who has its Lease, and waits until the API server refuses
 * by it what the former holder would create.
 * @throws MW1614 it does not, MW1407 a policy of that name is somebody else's, MW1612 a later holder has been there
 */
export async function installPolicy({ kube, namespace, clock }: LeaseHome, stamp: Stamp): Promise<void> {
  for (const manifest of policyOf(stamp)) await retryStale(() => put(kube, manifest, stamp));
  const until = clock.now() + EFFECT_MS;
  while (!(await isInForce(kube, namespace, stamp))) {
    if (clock.now() >= until)
      throw meshError('MW1614', { policy: runPolicy(stamp.run), cluster: kube.cluster, seconds: EFFECT_MS / 1000 });
    await clock.sleep(POLL_MS);
  }
}

async function put(kube: KubePort, manifest: KubeManifest, stamp: Stamp): Promise<void> {
  const { apiVersion, kind, metadata } = manifest;
  const live = await kube.get({ apiVersion, kind, namespace: '', name: metadata.name });
  if (live === null) return void (await kube.create(manifest));
  refuseForeign(live, stamp);
  await kube.replace(stampObject({ ...live, spec: manifest['spec'] }, stamp));
}

/** Asked by a creation that is not stored, as the holder before this one would ask for it. */
async function isInForce(kube: KubePort, namespace: string, stamp: Stamp): Promise<boolean> {
  const former = { ...stamp, token: stamp.token - 1 };
  const probe = { ...LEASE_API, metadata: { name: `${runLease(stamp.run)}-probe`, namespace } };
  try {
    await kube.create(stampObject(probe, former), { dryRun: true });
    return false;
  } catch (error) {
    if (isMeshError(error, 'MW1615')) return true;
    // The policy is known before its parameter is: until then it lets nobody create anything.
    if (isMeshError(error, 'MW1208') && String(error.args['detail']).includes(`'${runPolicy(stamp.run)}'`))
      return false;
    throw error;
  }
}

/** Whether the creates of a former holder of a run are refused in a cluster. */
export async function hasPolicy(kube: KubePort, run: string): Promise<boolean> {
  const found = await Promise.all(parts(run).map((ref) => kube.get(ref)));
  return found.every((part) => part !== null);
}

/** Takes the policy of a run away, the binding first: without its policy it would bind nothing. */
export async function removePolicy(kube: KubePort, run: string): Promise<void> {
  for (const ref of parts(run)) {
    const live = await kube.get(ref);
    if (live !== null && isManaged(live) && live.metadata.labels?.[RUN_LABEL] === run) await kube.remove(live);
  }
}
