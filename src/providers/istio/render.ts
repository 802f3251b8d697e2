import { meshError } from '../../errors/index.ts';
import { drainSeconds } from '../../inventory/drain.ts';
import type { Inventory } from '../../inventory/schema.ts';
import type { KubeManifest, Operation } from '../../plans/operation.ts';
import type { Check } from '../../plans/check.ts';
import type { HostMember, MeshIntent, PublishedName, Rendered } from '../provider.ts';
import { egressScope } from './egress.ts';
import { hostBundle } from './host-bundle.ts';
import { backendsOf, hostObjectName, memberName, refOf, twinBackends } from './names.ts';
import { identityObjects, publishObjects, routeRef, strictPolicy } from './objects.ts';

const NOTHING: Omit<Rendered, 'apply'> = {
  require: [],
  requireRevert: [],
  verify: [],
  revert: [],
  verifyRevert: [],
  lost: [],
};
type Of<K extends MeshIntent['intent']> = Extract<MeshIntent, { intent: K }>;

/** Objects made in this order and removed in the opposite one. */
function created(cluster: string, manifests: KubeManifest[]): Rendered {
  const refs = manifests.map(refOf);
  return {
    ...NOTHING,
    apply: manifests.map((manifest): Operation => ({ op: 'kube.create', cluster, manifest })),
    verify: refs.map((ref): Check => ({ check: 'kube.present', cluster, ...ref })),
    revert: refs.toReversed().map((ref): Operation => ({ op: 'kube.delete', cluster, ref })),
    verifyRevert: refs.map((ref): Check => ({ check: 'kube.absent', cluster, ...ref })),
  };
}

function hostProxy(member: HostMember, inventory: Inventory): Rendered {
  const facts = inventory.hosts.find(({ name }) => name === member.host);
  const mesh = inventory.clusters.find(({ name }) => name === member.cluster)?.mesh;
  if (!facts || !mesh)
    throw meshError('MW1999', {
      detail: `host ${member.host} or the mesh of ${member.cluster} is not in the inventory`,
    });
  const bundle = hostBundle(member, facts, mesh);
  const { host, cluster, namespace, address } = member;
  const entry = { cluster, namespace, group: memberName(member), address };
  return {
    ...NOTHING,
    apply: [
      ...Object.entries(member.artifacts).map(([artifact, { version, sha256 }]): Operation => ({
        op: 'host.install',
        host,
        artifact,
        version,
        sha256,
        source: 'estate.provider.artifacts',
      })),
      { op: 'host.files', host, files: bundle.files },
      { op: 'host.unit', host, unit: bundle.proxyUnit, want: 'running' },
    ],
    verify: [
      { check: 'proxy.ready', host },
      { check: 'entry.registered', ...entry },
    ],
    revert: [
      { op: 'host.unit', host, unit: bundle.proxyUnit, want: 'stopped' },
      { op: 'host.remove', host, units: bundle.units, paths: bundle.paths },
    ],
    verifyRevert: [
      { check: 'host.clean', host },
      { check: 'entry.absent', ...entry },
    ],
  };
}

function hostCapture({ host, capture, deadmanSeconds, drainSeconds, holdsTcp }: HostMember): Rendered {
  return {
    ...NOTHING,
    require: [{ check: 'proxy.ready', host }],
    apply: [{ op: 'host.capture', host, capture, deadmanSeconds }],
    verify: [
      { check: 'host.captured', host, captured: true },
      { check: 'host.login', host },
      { check: 'proxy.ready', host },
    ],
    revert: [
      { op: 'host.uncapture', host },
      { op: 'host.drain', host, timeoutSeconds: drainSeconds, ...(holdsTcp && { thenClose: true }) },
    ],
    verifyRevert: [
      { check: 'host.captured', host, captured: false },
      { check: 'host.login', host },
    ],
  };
}

/** Idle connections end long before a drain does, and not so soon that callers go without a pool. */
const IDLE_SECONDS = 10;

function publish(name: PublishedName, inventory: Inventory): Rendered {
  const mesh = inventory.clusters.find((cluster) => cluster.name === name.cluster)?.mesh;
  const idleSeconds = Math.max(1, Math.min(IDLE_SECONDS, Math.floor(drainSeconds(mesh) / 2)));
  const rendered = created(name.cluster, publishObjects(name, idleSeconds));
  return twinBackends(name).length > 0 ? { ...rendered, verify: [...rendered.verify, ...accepted(name)] } : rendered;
}

/** Only the Gateway API tells whether a route was accepted; of a VirtualService the gate's figures tell. */
function accepted({ cluster, namespace, service, protocol }: PublishedName): Check[] {
  return protocol === 'http' ? [{ check: 'route.accepted', cluster, namespace, name: service }] : [];
}

function enrolPods({ workload }: Of<'pods.enrol'>): Rendered {
  const { cluster, namespace, kind, name } = workload;
  const ref = { apiVersion: 'apps/v1', kind, namespace, name };
  const fields = { spec: { template: { metadata: { labels: { 'sidecar.istio.io/inject': 'true' } } } } };
  const rolledOut = { check: 'workload.rolledOut', cluster, namespace, kind, name } as const;
  return {
    ...NOTHING,
    apply: [{ op: 'kube.set', cluster, ref, fields }],
    verify: [{ ...rolledOut, proxy: true }],
    revert: [{ op: 'kube.unset', cluster, ref, fields }],
    verifyRevert: [{ ...rolledOut, proxy: false }],
  };
}

function weights({ name, from, to, callers }: Of<'route.weights'>): Rendered {
  const ref = routeRef(name);
  const at = (twin: number): Operation => ({
    op: 'route.weights',
    cluster: name.cluster,
    ref,
    backends: [
      { name: hostObjectName(name.service), weight: 100 - twin },
      ...twinBackends(name).map(({ object }) => ({ name: object, weight: twin })),
    ],
  });
  const seen = (side: 'vm' | 'twin'): Check[] =>
    backendsOf(name, side).map((backend) => ({ check: 'proxy.endpoints', callers, backend, healthy: 1 }));
  // The side that gains weight must be seen healthy first. Going back, the VM serves already unless it is at 0; and a
  // twin that died must not keep the traffic from leaving it.
  return {
    ...NOTHING,
    require: [...seen('twin'), ...seen('vm')],
    requireRevert: to === 100 ? seen('vm') : [],
    apply: [at(to)],
    verify: accepted(name),
    revert: [at(from)],
    verifyRevert: accepted(name),
  };
}

/** Renders one intent in Istio's words. */
export function render(intent: MeshIntent, inventory: Inventory): Rendered {
  switch (intent.intent) {
    case 'host.identity':
      return created(intent.member.cluster, identityObjects(intent.member));
    case 'host.proxy':
      return hostProxy(intent.member, inventory);
    case 'host.capture':
      return hostCapture(intent.member);
    case 'name.publish':
      return publish(intent.name, inventory);
    case 'pods.enrol':
      return enrolPods(intent);
    case 'route.weights':
      return weights(intent);
    case 'mtls.strict':
      return created(intent.cluster, [strictPolicy(intent)]);
    case 'egress.scope':
      return egressScope(intent, inventory);
  }
}
