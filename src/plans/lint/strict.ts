import { meshError } from '../../errors/index.ts';
import { kubeId } from '../../inventory/ids.ts';
import type { KubeManifest } from '../operation.ts';
import { placeOf } from '../view.ts';
import { callsIn, hasJoined, joinsIn, type LintCall } from './calls.ts';
import { hit, type LintRule } from './rule.ts';
import type { LintView, PlacedStep } from './view.ts';

/** What one step refuses plaintext to. */
interface Strictness extends PlacedStep {
  /** Workloads, as the inventory names them. */
  ids: ReadonlySet<string>;
  open: ReadonlySet<number>;
}

/** Hard rule 1: STRICT only after every caller that was seen. */
export const strictRules: readonly LintRule[] = [
  {
    code: 'MW1806',
    level: 'error',
    needs: ['inventory'],
    why: 'hard rule 1: STRICT on a server only after every observed caller has joined, for whoever has not is refused',
    find: (view) =>
      refused(view)
        .filter(({ call }) => !isExempt(view, call))
        .map(({ step, call: { service, from } }) =>
          hit(step.id, meshError('MW1806', { step: step.id, service, caller: from })),
        ),
  },
  {
    code: 'MW1828',
    level: 'error',
    needs: ['inventory'],
    why: 'an exemption is worth nothing when the port of the callee does not stay open',
    find: (view) =>
      refused(view)
        .filter(({ call }) => isExempt(view, call))
        .map(({ step, call: { service, from } }) =>
          hit(step.id, meshError('MW1828', { step: step.id, service, caller: from })),
        ),
  },
];

const isExempt = ({ plan }: LintView, { from, service }: LintCall): boolean =>
  plan.exempt.some((one) => one.subject === from && one.service === service);

/** Calls that a step would refuse, each caller and service once for a step. */
function refused(view: LintView): { step: PlacedStep['step']; call: LintCall }[] {
  const joins = joinsIn(view);
  const calls = callsIn(view);
  const meetsProxy = proxied(view);
  return strictSteps(view).flatMap(({ step, at, ids, open }) => {
    const services = new Set(view.inventory.workloads.filter(({ id }) => ids.has(id)).map(({ service }) => service));
    const reaches = ({ to, service }: LintCall): boolean => (to.startsWith('service/') ? services.has(service) : ids.has(to));
    const met = (call: LintCall): boolean => reaches(call) && meetsProxy(call, ids);
    const hurt = calls.filter((call) => met(call) && !isOpen(view, ids, open, call.port) && !hasJoined(joins, call, at));
    return [...new Map(hurt.map((call) => [`${call.from} ${call.service}`, call])).values()].map((call) => ({ step, call }));
  });
}

/** A policy speaks for what a proxy takes in: a port of a host that its capture leaves alone is not refused. */
function proxied(view: LintView): (call: LintCall, ids: ReadonlySet<string>) => boolean {
  const taken = new Map(view.operations('host.capture').map(({ operation: { host, capture } }) => [host, capture.inboundPorts]));
  const ofService = Map.groupBy(view.inventory.workloads, ({ service }) => service);
  return ({ service, port }, ids) => {
    const own = (ofService.get(service) ?? []).filter(({ id }) => ids.has(id));
    return own.some(({ id }) => taken.get(placeOf(id)?.host ?? '')?.includes(port) !== false);
  };
}

/** A port that none of the workloads has is a Service's, of which the policy does not speak: then any open port may be it. */
function isOpen({ inventory }: LintView, ids: ReadonlySet<string>, open: ReadonlySet<number>, port: number): boolean {
  const own = inventory.clusters.flatMap(({ name, workloads }) =>
    workloads.filter((one) => ids.has(kubeId(name, one.namespace, one.kind, one.name))).flatMap(({ ports }) => ports),
  );
  return open.has(port) || (open.size > 0 && own.length > 0 && !own.includes(port));
}

/** Policies by what they select; a stage that says that it enforces and has none that is known here, by its subjects. */
function strictSteps(view: LintView): Strictness[] {
  const byPolicy = view.operations('kube.create').flatMap(({ operation: { cluster, manifest }, ...placed }) => {
    if (!isStrict(manifest)) return [];
    return [{ ...placed, ids: selected(view, cluster, manifest), open: openPorts(manifest) }];
  });
  const told = new Set(byPolicy.map(({ stage }) => stage));
  const bySubject = view.steps
    .filter(({ stage, step }) => stage.move === 'enforce' && !told.has(stage) && step.apply.some(({ op }) => op === 'kube.create'))
    .map((placed) => ({ ...placed, ids: new Set(placed.stage.subjects), open: new Set<number>() }));
  return [...byPolicy, ...bySubject];
}

interface PolicySpec {
  selector?: { matchLabels?: Record<string, string> };
  mtls?: { mode?: string };
  portLevelMtls?: Record<string, { mode?: string }>;
}
const specOf = ({ spec }: KubeManifest): PolicySpec => spec ?? {};

const isStrict = (manifest: KubeManifest): boolean =>
  manifest.kind === 'PeerAuthentication' && specOf(manifest).mtls?.mode === 'STRICT';

function openPorts(manifest: KubeManifest): Set<number> {
  const levels = Object.entries(specOf(manifest).portLevelMtls ?? {});
  return new Set(levels.flatMap(([port, { mode }]) => (mode === 'STRICT' ? [] : [Number(port)])));
}

/** The workloads whose labels a policy selects: pods, and hosts by the labels of the group under which they register. */
function selected(view: LintView, cluster: string, manifest: KubeManifest): Set<string> {
  const wanted = Object.entries(specOf(manifest).selector?.matchLabels ?? {});
  const matches = (labels: Readonly<Record<string, string>>): boolean => wanted.every(([key, value]) => labels[key] === value);
  const { namespace } = manifest.metadata;
  const { workloads = [], mesh } = view.cluster(cluster) ?? {};
  // Without a selector in the mesh's root namespace it is for the whole mesh (Istio, PeerAuthentication).
  const isWide = wanted.length === 0 && namespace === mesh?.rootNamespace;
  const isIn = (place: string): boolean => isWide || place === namespace;
  const pods = workloads.filter((one) => isIn(one.namespace) && matches(one.podLabels));
  const hosts = hostsOf(view, isIn, matches);
  const units = view.inventory.workloads.filter(({ id }) => hosts.has(placeOf(id)?.host ?? ''));
  return new Set([
    ...pods.map((one) => kubeId(cluster, one.namespace, one.kind, one.name)),
    ...units.map(({ id }) => id),
  ]);
}

function hostsOf(view: LintView, isIn: (namespace: string) => boolean, matches: (labels: Record<string, string>) => boolean): Set<string> {
  const groups = view.operations('kube.create').flatMap(({ operation: { manifest } }) => {
    const labels = (manifest['spec'] as { metadata?: { labels?: Record<string, string> } } | undefined)?.metadata?.labels;
    const isGroup = manifest.kind === 'WorkloadGroup' && isIn(manifest.metadata.namespace);
    return isGroup && matches(labels ?? {}) ? [manifest.metadata.name] : [];
  });
  const checks = view.steps.flatMap(({ step }) => step.verify);
  const addresses = checks.flatMap((check) =>
    check.check === 'entry.registered' && groups.includes(check.group) ? [check.address] : [],
  );
  return new Set(view.inventory.hosts.filter(({ address }) => addresses.includes(address)).map(({ name }) => name));
}
