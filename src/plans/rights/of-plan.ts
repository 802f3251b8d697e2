import type { Estate } from '../../estate/schema.ts';
import type { Check } from '../check.ts';
import type { Operation } from '../operation.ts';
import { LEASE_API, leasePlaces, ownedKinds, ownedNamespaces, preImageSecret, runLease, runPolicy } from '../owned-kinds.ts';
import type { MigrationPlan, Stage, Step } from '../plan.ts';
import { proxiesNamed } from '../metric-parts.ts';
import { proxy, rightsOfCheck } from './checks.ts';
import { rightsOfOperation, type RunScope } from './operations.ts';
import { type KubeRight, onHost, onObject, type Right } from './right.ts';

/** The name that preflight asks for, of each kind: nobody's, so that the answer tells of the kind and of the right. */
export const PREFLIGHT_NAME = 'meshway-preflight';

/** All that applying a plan and taking it back asks for: its steps both ways, its gates, and what goes before and between them. */
export function rightsOfPlan(plan: MigrationPlan, estate: Estate, scope: RunScope = {}): Right[] {
  return [
    ...plan.stages.flatMap((stage) => rightsOfStage(stage, scope)),
    ...preflightRights(plan),
    ...carryOnRights(plan, estate, scope),
    ...leaseRights(plan, estate, scope),
    ...counterRights(plan, estate),
  ];
}

/** What the steps of a stage and its gates ask for. */
export function rightsOfStage({ steps, gate, measure }: Stage, scope: RunScope = {}): Right[] {
  return [
    ...steps.flatMap((step) => rightsOfStep(step, scope)),
    ...gate.checks.flatMap(rightsOfCheck),
    ...(gate.replay?.names ?? []).flatMap(({ host }) => onHost(host, 'login')),
    ...(measure?.proxies ?? []).flatMap(({ host }) => (host === undefined ? [] : onHost(host, 'login'))),
  ];
}

/** What a step asks for, there and back. */
export function rightsOfStep(step: Step, scope: RunScope = {}): Right[] {
  const checks: Check[] = [
    ...step.require,
    ...step.requireRevert,
    ...step.verify,
    ...step.verifyRevert,
    ...(step.gate?.checks ?? []),
  ];
  return [
    ...operationsOf(step).flatMap((operation) => rightsOfOperation(operation, scope)),
    ...checks.flatMap(rightsOfCheck),
  ];
}

const operationsOf = ({ apply, revert }: Step): Operation[] => [...apply, ...(revert === 'irreversible' ? [] : revert)];

/** Where there is no metrics server, gates ask the proxies themselves. */
function counterRights({ stages }: MigrationPlan, estate: Estate): Right[] {
  if (estate.metrics.prometheus !== undefined) return [];
  const gates = stages.flatMap(({ gate, steps }) => [gate, ...steps.flatMap((step) => step.gate ?? [])]);
  return gates.flatMap(({ metrics }) => metrics.flatMap(proxiesNamed)).flatMap(proxy);
}

/** Before the first change each host is asked for root and each cluster for its identity and its kinds. */
function preflightRights({ stages }: MigrationPlan): Right[] {
  const operations = stages.flatMap(({ steps }) => steps).flatMap(({ apply }) => apply);
  return operations.flatMap((operation): Right[] => {
    if ('host' in operation) return onHost(operation.host, 'script');
    if (!('cluster' in operation)) return [];
    const { apiVersion, kind, namespace } =
      operation.op === 'kube.create' ? { ...operation.manifest, ...operation.manifest.metadata } : operation.ref;
    const { cluster } = operation;
    return [
      { on: 'cluster', cluster, apiVersion: 'v1', kind: 'Namespace', verb: 'get', name: 'kube-system' },
      ...onObject(cluster, { apiVersion, kind, namespace, name: PREFLIGHT_NAME }, ['get']),
    ];
  });
}

/** A run that is carried on, by whichever machine, looks for what it owns wherever a plan of this estate may put things. */
function carryOnRights({ stages }: MigrationPlan, estate: Estate, { run }: RunScope): Right[] {
  const operations = stages.flatMap(({ steps }) => steps).flatMap(({ apply }) => apply);
  const clusters = estate.clusters.filter(({ name }) =>
    operations.some((one) => 'cluster' in one && one.cluster === name),
  );
  return clusters.flatMap((cluster) =>
    ownedNamespaces(estate, cluster).flatMap((namespace) =>
      ownedKinds.map(([apiVersion, kind]): KubeRight => {
        const right = { on: 'cluster', cluster: cluster.name, namespace, apiVersion, kind } as const;
        if (kind !== 'Secret') return { ...right, verb: 'list' };
        return { ...right, verb: 'get', ...(run !== undefined && { name: preImageSecret(run) }) };
      }),
    ),
  );
}

/** Who holds the run, in each cluster that the plan changes; and the policy that refuses former holders, where it is asked for. */
function leaseRights(plan: MigrationPlan, estate: Estate, { run }: RunScope): Right[] {
  return leasePlaces(plan, estate).flatMap(({ cluster, namespace }) => {
    const lease = onObject(cluster, { ...LEASE_API, namespace, name: runLease(run ?? '') }, leaseVerbs);
    const policies = estate.policy.admissionPolicy === true ? policyRights(cluster, run) : [];
    return [...(run === undefined ? lease.map(withoutName) : lease), ...policies];
  });
}

const leaseVerbs = ['get', 'create', 'update', 'delete'] as const;
const withoutName = ({ name: _unknown, ...right }: KubeRight): KubeRight => right;

function policyRights(cluster: string, run: string | undefined): KubeRight[] {
  const kinds = ['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding'];
  return kinds.flatMap((kind): KubeRight[] =>
    leaseVerbs.map((verb) => ({
      ...{ on: 'cluster', cluster, apiVersion: 'admissionregistration.k8s.io/v1', kind, verb },
      ...(run !== undefined && verb !== 'create' && { name: runPolicy(run) }),
    })),
  );
}
