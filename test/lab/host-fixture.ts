import { parse } from 'yaml';
import { parseEstate } from '../../src/estate/parse.ts';
import type { Estate, EstateHost } from '../../src/estate/schema.ts';
import type { OperationContext, OperationHandler, World } from '../../src/execute/handler.ts';
import { hostOperations } from '../../src/execute/operations/host/index.ts';
import { runOnHost, targetOn } from '../../src/execute/operations/host/session.ts';
import type { MeshFacts } from '../../src/inventory/schema.ts';
import { HOST_HOME, PROXY_UNIT } from '../../src/plans/host-paths.ts';
import type { CaptureSpec, Operation } from '../../src/plans/operation.ts';
import { systemClock } from '../../src/ports/clock.ts';
import { readTextFile } from '../../src/ports/files.ts';
import { openKube } from '../../src/ports/kube.ts';
import { noMetrics } from '../../src/ports/metrics.ts';
import { OpenSsh } from '../../src/ports/ssh.ts';
import { entryLabels } from '../../src/providers/istio/names.ts';
import { hostBundle, type HostBundle } from '../../src/providers/istio/host-bundle.ts';
import type { HostMember } from '../../src/providers/provider.ts';

const NAMESPACE = 'host-test';
const SERVICE = 'sample';

type HostOperation = Extract<Operation, { host: string }>;

const handlerOf = (operation: HostOperation): OperationHandler<HostOperation['op']> =>
  hostOperations[operation.op] as never;

/** One virtual machine of the lab, and everything that joins it to the lab's mesh under names of this test's own. */
export interface HostLab {
  world: World & { ssh: OpenSsh };
  host: EstateHost;
  context: OperationContext;
  capture: CaptureSpec;
  bundle: HostBundle;
  /** Runs a root shell script on the machine and returns its output. */
  shell(script: string): Promise<string>;
  apply(operation: HostOperation, context?: OperationContext): Promise<string[]>;
  probe(operation: HostOperation, context?: OperationContext): Promise<string>;
  /** The same, as the next holder of the same run, or as another run. */
  as(stamp: Partial<OperationContext['stamp']>): OperationContext;
  makeIdentity(): Promise<void>;
  removeIdentity(): Promise<void>;
  /** Installs, writes and starts the proxy, and waits until it is ready. */
  startProxy(): Promise<void>;
  /** Takes away whatever a test left, by the operations that a rollback uses. */
  leave(): Promise<void>;
}

export async function openHostLab(
  estateFile: string,
  name: string,
  ports: number[],
  stateDirectory: string,
): Promise<HostLab> {
  const estate = parseEstate(await readTextFile(estateFile, 1 << 20), estateFile);
  const host = estate.hosts.find((candidate) => candidate.name === name) as EstateHost;
  const world = openWorld(estate, stateDirectory);
  const context: OperationContext = {
    world,
    timeoutMs: 120_000,
    stamp: { run: 'host-test-1', planDigest: `sha256:${'0'.repeat(64)}`, step: 'test/host', token: 1 },
  };
  const capture = captureOf(host, ports);
  const bundle = hostBundle(memberOf(estate, host, capture), factsOf(host), await meshFacts(world));
  const lab: HostLab = {
    world,
    host,
    context,
    capture,
    bundle,
    shell: async (script) =>
      (await world.ssh.script(targetOn(world, name), script, {}, { timeoutMs: 60_000, root: true })).stdout,
    apply: async (operation, as = context) => await handlerOf(operation).apply(operation, as),
    probe: async (operation, as = context) => (await handlerOf(operation).probe(operation, as)).state,
    as: (stamp) => ({ ...context, stamp: { ...context.stamp, ...stamp } }),
    makeIdentity: () => makeIdentity(world, ports, entryLabels(memberOf(estate, host, capture))),
    removeIdentity: () => removeIdentity(world),
    startProxy: () => startProxy(lab),
    leave: () => leave(lab),
  };
  return lab;
}

export function openWorld(estate: Estate, workingTree: string): World & { ssh: OpenSsh } {
  const cluster = openKube(estate.clusters[0] as Estate['clusters'][number], {
    baseDirectory: workingTree,
    workingTree: '/nowhere',
  });
  return { estate, ssh: new OpenSsh(), kube: () => cluster, metrics: noMetrics, clock: systemClock() };
}

export function captureOf(host: EstateHost, inboundPorts: number[]): CaptureSpec {
  return {
    proxyUid: 1337,
    inboundPorts,
    excludeInboundPorts: [host.port, 15020, 15021, 15090],
    excludeOutboundPorts: [],
    inboundProxyPort: 15006,
    outboundProxyPort: 15001,
  };
}

function memberOf(estate: Estate, host: EstateHost, capture: CaptureSpec): HostMember {
  return {
    group: SERVICE,
    shared: false,
    services: [SERVICE],
    namespace: NAMESPACE,
    host: host.name,
    units: [],
    address: host.address,
    ports: capture.inboundPorts.map((port) => ({ port, protocol: 'http' })),
    holdsTcp: false,
    capture,
    deadmanSeconds: 20,
    drainSeconds: 60,
    artifacts: estate.provider.artifacts as HostMember['artifacts'],
    cluster: estate.provider.cluster,
  };
}

function factsOf({ name, address }: EstateHost): Parameters<typeof hostBundle>[1] {
  return { name, address, hostname: name } as Parameters<typeof hostBundle>[1];
}

export async function meshFacts(world: World): Promise<MeshFacts> {
  const kube = world.kube('lab');
  const config = await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'istio-system', name: 'istio' });
  const service = await kube.get({ apiVersion: 'v1', kind: 'Service', namespace: 'istio-system', name: 'istiod' });
  const mesh = parse((config?.['data'] as { mesh: string }).mesh) as { defaultConfig: Record<string, unknown> };
  return {
    provider: 'istio',
    version: '1.31',
    revision: 'default',
    rootNamespace: 'istio-system',
    trustDomain: 'cluster.local',
    meshId: 'cluster.local',
    clusterId: 'Kubernetes',
    network: '',
    discovery: { service: 'istiod', address: (service?.['spec'] as { clusterIP: string }).clusterIP, port: 15012 },
    defaultConfig: mesh.defaultConfig,
    registryOnly: false,
    injectedNamespaces: [],
  };
}

/** With its ports on record: a capture is refused while the proxy has no cluster for them. */
async function makeIdentity(world: World, ports: number[], labels: Record<string, string>): Promise<void> {
  const kube = world.kube('lab');
  const metadata = { name: `${SERVICE}-vm`, namespace: NAMESPACE };
  await kube.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: NAMESPACE } as never });
  await kube.apply({ apiVersion: 'v1', kind: 'ServiceAccount', metadata });
  await kube.apply({
    apiVersion: 'networking.istio.io/v1',
    kind: 'WorkloadGroup',
    metadata,
    spec: { metadata: { labels: { app: SERVICE } }, template: { serviceAccount: metadata.name } },
  });
  await kube.apply({
    apiVersion: 'networking.istio.io/v1',
    kind: 'ServiceEntry',
    metadata,
    spec: {
      hosts: [`${SERVICE}.test.internal`],
      location: 'MESH_INTERNAL',
      resolution: 'STATIC',
      ports: ports.map((number) => ({ name: `http-${number}`, number, protocol: 'HTTP' })),
      workloadSelector: { labels },
    },
  });
  for (let wait = 0; wait < 50; wait++) {
    if (await kube.get({ apiVersion: 'v1', kind: 'ConfigMap', namespace: NAMESPACE, name: 'istio-ca-root-cert' }))
      return;
    await world.clock.sleep(200);
  }
  throw new Error(`istiod gives namespace ${NAMESPACE} no root certificate`);
}

async function removeIdentity(world: World): Promise<void> {
  const kube = world.kube('lab');
  const namespace = await kube.get({ apiVersion: 'v1', kind: 'Namespace', name: NAMESPACE, namespace: '' });
  if (namespace) await kube.remove(namespace);
  // The next test file makes it anew: what is put into one that still ends is lost with it.
  for (let wait = 0; wait < 300; wait++) {
    if (!(await kube.get({ apiVersion: 'v1', kind: 'Namespace', name: NAMESPACE, namespace: '' }))) return;
    await world.clock.sleep(200);
  }
  throw new Error(`namespace ${NAMESPACE} does not end`);
}

async function startProxy({ apply, host: { name: host }, bundle, world }: HostLab): Promise<void> {
  for (const [artifact, { version, sha256 }] of Object.entries(world.estate.provider.artifacts ?? {})) {
    await apply({ op: 'host.install', host, artifact, version, sha256, source: 'estate.provider.artifacts' });
  }
  await apply({ op: 'host.files', host, files: bundle.files });
  await apply({ op: 'host.unit', host, unit: PROXY_UNIT, want: 'running' });
  for (let wait = 0; wait < 60; wait++) {
    if (
      (
        await runOnHost(world, {
          host,
          action: 'test',
          script: `${HOST_HOME}/proxy/control ready >/dev/null 2>&1 && echo ready yes; exit 0`,
        })
      ).has('ready')
    )
      return;
    await world.clock.sleep(500);
  }
  throw new Error('the proxy is not ready within 30 s');
}

async function leave({ apply, host: { name: host }, bundle }: HostLab): Promise<void> {
  await apply({ op: 'host.uncapture', host });
  await apply({ op: 'host.unit', host, unit: PROXY_UNIT, want: 'stopped' });
  await apply({ op: 'host.remove', host, units: bundle.units, paths: bundle.paths });
}
