import { sha256Digest } from '../../src/ports/hash.ts';
import type { Sketch, SketchedCall, SketchedEstate } from './sketch.ts';

const artifact = (name: string): unknown => ({ path: `parts/${name}`, version: '1.0', sha256: 'a'.repeat(64) });
const at = '2026-01-01T00:00:00.000Z';
/** Each service has a port of its own, so that two can be on one host. */
export const portOf = ({ name }: Pick<Sketch, 'name'>): number => 8000 + Number(name.slice(1));
const addressOf = (host: string): string => `192.0.2.${10 + Number(host.slice(1))}`;
export const idOf = ({ name, platform, host }: Sketch): string =>
  platform === 'vm' ? `vm/${host}/${name}.service` : `k8s/lab/shop/Deployment/${name}`;
export const twinIdOf = ({ name }: Sketch): string => `k8s/lab/shop/Deployment/${name}`;

const hostsOf = ({ services }: SketchedEstate): string[] =>
  [...new Set(services.filter(({ platform }) => platform === 'vm').map(({ host }) => host))].sort();

/** `estate.yaml` of a sketch. */
export function estateDocument(sketch: SketchedEstate): unknown {
  return {
    apiVersion: 'meshway/v1alpha1',
    kind: 'Estate',
    name: 'random',
    provider: {
      name: 'istio',
      cluster: 'lab',
      artifacts: {
        pilotAgent: artifact('pilot-agent'),
        envoy: artifact('envoy'),
        bootstrap: artifact('bootstrap.json'),
      },
    },
    hosts: hostsOf(sketch).map((name) => ({
      name,
      address: addressOf(name),
      user: 'ops',
      site: sketch.sites.get(name),
    })),
    clusters: [{ name: 'lab', namespaces: ['shop'] }],
    services: sketch.services.map(serviceDocument),
    exemptions: exemptCalls(sketch).map(({ from, to, expires }) => ({
      caller: from,
      service: to,
      reason: 'it cannot join',
      expires,
    })),
    policy: { waves: sketch.waves, ...(sketch.egress && { egress: sketch.egress }) },
  };
}

function exemptCalls({ calls }: SketchedEstate): SketchedCall[] {
  const exempt = calls.filter((call) => call.exempt);
  return [...new Map(exempt.map((call) => [`${call.from} ${call.to}`, call])).values()];
}

function serviceDocument(sketch: Sketch): unknown {
  const { name, platform, host, twin, retire, path, state, protocol, tier, owner, requestsPerSecond, hostname } =
    sketch;
  const pods = { cluster: 'lab', namespace: 'shop', kind: 'Deployment', name };
  return {
    ...{ name, hostname, port: portOf(sketch), state, protocol, tier, owner, requestsPerSecond, path },
    workload: platform === 'vm' ? { host, unit: `${name}.service` } : pods,
    ...(platform === 'vm' && { namespace: 'shop' }),
    ...(twin && { twin: pods }),
    ...(retire && protocol === 'http' && { retire: { name: 'kept' } }),
    ...(path === 'platform-first' && { switch: { answers: ['198.51.100.9'] } }),
    callsRarely: [...new Set(sketch.rarely)],
  };
}

/** What discovery would have seen of it. */
export function inventoryDocument(sketch: SketchedEstate): unknown {
  const { services } = sketch;
  const inCluster = services.filter(({ platform, twin }) => platform === 'kubernetes' || twin);
  return {
    apiVersion: 'meshway/v1alpha1',
    kind: 'Inventory',
    estate: { name: 'random', digest: sha256Digest('estate') },
    capturedAt: at,
    hosts: hostsOf(sketch).map((name) => hostDocument(sketch, name)),
    clusters: [
      { name: 'lab', version: 'v1.34.4', uid: 'u', mesh, crds: {}, workloads: inCluster.map(deployment), services: [] },
    ],
    workloads: services.flatMap(workloadDocuments),
    dependencies: callDocuments(sketch),
    findings: [],
  };
}

function hostDocument({ services }: SketchedEstate, name: string): unknown {
  const own = services.filter(({ platform, host }) => platform === 'vm' && host === name);
  return {
    ...{ name, address: addressOf(name), hostname: name, arch: 'x86_64', addresses: [addressOf(name)] },
    os: { id: 'debian', version: '12', kernel: '6.1', libc: 'glibc 2.36' },
    ...{
      initSystem: 'systemd',
      privilege: 'sudo',
      sshdPorts: [22],
      clockOffsetMs: 1,
      nameservers: ['192.0.2.1'],
      meshed: false,
    },
    firewall: { backend: 'iptables-nft', iptablesPath: '/usr/sbin/iptables', foreignNatRules: 0 },
    units: own.map((one, index) => ({
      name: `${one.name}.service`,
      mainPid: 10 + index,
      user: 'root',
      activeState: 'active',
      enabled: 'enabled',
      declares: [],
    })),
    listeners: own.map((one) => ({
      protocol: 'tcp',
      address: '0.0.0.0',
      port: portOf(one),
      unit: `${one.name}.service`,
    })),
    flows: [],
    names: Object.fromEntries(
      services.map(({ hostname, platform, host }) => [
        hostname,
        [platform === 'vm' ? addressOf(host) : '198.51.100.7'],
      ]),
    ),
  };
}

function deployment(sketch: Sketch): unknown {
  const { name, meshed } = sketch;
  return {
    ...{
      kind: 'Deployment',
      namespace: 'shop',
      name,
      podLabels: { app: name },
      selector: { app: name },
      serviceAccount: name,
    },
    ...{
      replicas: 2,
      readyReplicas: 2,
      ports: [portOf(sketch)],
      meshed,
      surges: true,
      terminationGracePeriodSeconds: 60,
    },
    ...{ hostNetwork: false, podAddresses: [] },
  };
}

function workloadDocuments(sketch: Sketch): unknown[] {
  const { name: service, platform, twin, meshed } = sketch;
  const of = (id: string, role: string, on: boolean, where: string): unknown => ({
    ...{ id, service, role, listeners: [], evidence: [] },
    position: { platform: where, mesh: on ? 'on' : 'off' },
  });
  return [
    of(idOf(sketch), 'primary', meshed, platform),
    ...(twin ? [of(twinIdOf(sketch), 'twin', false, 'kubernetes')] : []),
  ];
}

function callDocuments({ services, calls }: SketchedEstate): unknown[] {
  const byName = new Map(services.map((one) => [one.name, one]));
  const distinct = new Map(calls.map((call) => [`${call.from} ${call.to} ${call.byTwin}`, call]));
  return [...distinct.values()].flatMap(({ from, to, declared, byTwin }) => {
    const [caller, callee] = [byName.get(from), byName.get(to)];
    if (callee === undefined || caller === callee) return [];
    const evidence = [{ source: 'ss', detail: 'seen', at, count: 1, confidence: declared ? 'declared' : 'observed' }];
    return [
      {
        from: caller ? (byTwin ? twinIdOf(caller) : idOf(caller)) : from,
        to: `service/${to}`,
        port: portOf(callee),
        protocol: callee.protocol,
        addressedBy: 'name',
        evidence,
      },
    ];
  });
}

const mesh = {
  ...{
    provider: 'istio',
    version: '1.31',
    revision: 'default',
    rootNamespace: 'istio-system',
    trustDomain: 'cluster.local',
  },
  ...{ meshId: 'cluster.local', clusterId: 'Kubernetes', network: '', defaultConfig: {}, injectedNamespaces: [] },
  discovery: { service: 'istiod', address: '198.51.100.1', port: 15012 },
};
