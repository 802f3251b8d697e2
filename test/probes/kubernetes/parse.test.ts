import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseCluster } from '../../../src/probes/kubernetes/index.ts';
import { readDeclares } from '../../../src/probes/kubernetes/parse-declares.ts';
import { parseMesh } from '../../../src/probes/kubernetes/parse-mesh.ts';
import { parseServices } from '../../../src/probes/kubernetes/parse-services.ts';
import { parseWorkloads } from '../../../src/probes/kubernetes/parse-workloads.ts';
import type { RawCluster } from '../../../src/probes/kubernetes/read.ts';
import type { KubeObject } from '../../../src/ports/contracts.ts';

const root = join(import.meta.dirname, '../..');
/** What the lab's API server returned, without schemas of CRDs, volumes and managed fields. */
const captured = (): RawCluster =>
  JSON.parse(readFileSync(join(root, 'fixtures/kubernetes/shop.json'), 'utf8')) as RawCluster;

const object = (kind: string, name: string, rest: object = {}, metadata: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'shop', ...metadata },
  ...rest,
});

describe('a cluster', () => {
  it('is explained as the golden file says', async () => {
    const facts = parseCluster('lab', captured());
    await expect(`${JSON.stringify(facts, null, 2)}\n`).toMatchFileSnapshot(
      join(root, 'golden/kubernetes/shop.facts.json'),
    );
  });

  it('without a mesh, without anything, is a cluster', () => {
    const empty: RawCluster = {
      version: 'v1.34.4',
      uid: 'u',
      workloads: [],
      pods: [],
      services: [],
      endpointSlices: [],
      crds: [],
      namespaces: [],
      controlPlane: null,
    };
    expect(parseCluster('lab', empty)).toEqual({
      name: 'lab',
      version: 'v1.34.4',
      uid: 'u',
      mesh: null,
      crds: {},
      workloads: [],
      services: [],
    });
  });

  it('that says more than an inventory may hold is refused', () => {
    expect(() => parseCluster('lab', { ...captured(), version: 'v'.repeat(1000) })).toThrow(
      expect.objectContaining({ code: 'MW1209' }) as Error,
    );
  });

  it("of bare objects is read with the API's defaults", () => {
    const bare = ['Deployment', 'StatefulSet', 'DaemonSet'].map((kind) => object(kind, 'x'));
    expect(
      parseWorkloads(bare, []).map(({ kind, replicas, surges, serviceAccount, meshed }) => [
        kind,
        replicas,
        surges,
        serviceAccount,
        meshed,
      ]),
    ).toEqual([
      ['DaemonSet', 0, false, 'default', false],
      ['Deployment', 1, true, 'default', false],
      ['StatefulSet', 1, false, 'default', false],
    ]);
    expect(parseServices([object('Service', 'x')], [])).toEqual([
      { namespace: 'shop', name: 'x', clusterIP: '', selector: {}, ports: [], endpoints: [] },
    ]);
  });
});

describe('workloads', () => {
  const workload = (spec: object, metadata: object = {}): KubeObject =>
    object('Deployment', 'web', { spec: { selector: { matchLabels: { app: 'web' } }, ...spec } }, metadata);
  const pod = (name: string, spec: object, more: { phase?: string; metadata?: object } = {}): KubeObject =>
    object(
      'Pod',
      name,
      { spec, status: { phase: more.phase ?? 'Running', podIP: `192.0.2.${name}` } },
      { labels: { app: 'web' }, ...more.metadata },
    );
  const [bare, sidecar, native] = [
    { containers: [{ name: 'web' }] },
    { containers: [{ name: 'istio-proxy' }] },
    { initContainers: [{ name: 'istio-proxy' }] },
  ];
  const first = (
    pods: KubeObject[],
    spec: object = {},
    metadata: object = {},
  ): ReturnType<typeof parseWorkloads>[number] | undefined => parseWorkloads([workload(spec, metadata)], pods)[0];

  it('are meshed when every running pod carries a proxy', () => {
    expect(
      first([
        pod('1', sidecar),
        pod('2', native),
        pod('3', bare, { phase: 'Succeeded' }),
        pod('4', bare, { metadata: { deletionTimestamp: 'now' } }),
      ]),
    ).toMatchObject({ meshed: true, podAddresses: ['192.0.2.1', '192.0.2.2'] });
    expect(first([pod('1', sidecar), pod('2', bare)])?.meshed).toBe(false);
    expect(first([pod('1', sidecar, { metadata: { namespace: 'other' } })])?.meshed).toBe(false);
  });

  it.each<[object, number, boolean]>([
    [{ type: 'Recreate' }, 2, false],
    [{ rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } }, 1, true],
    [{ rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } }, 2, false],
    [{ rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } }, 3, true],
    [{ rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } }, 4, false],
  ])('with strategy %j and %i replicas surge: %s', (strategy, replicas, expected) => {
    expect(first([], { strategy, replicas })?.surges).toBe(expected);
  });

  it('carry the tool that writes them, if there is one', () => {
    const labels = { 'kustomize.toolkit.fluxcd.io/name': 'apps' };
    expect(first([], {}, { labels })?.managedBy).toEqual({ by: 'flux-kustomize', name: 'apps' });
    expect(first([])).not.toHaveProperty('managedBy');
  });
});

describe('declared peers', () => {
  const declared = (...args: string[]): string[] => readDeclares([{ args }]).map(({ host, port }) => `${host}:${port}`);

  it('are host:port pairs and URLs', () => {
    expect(
      declared(
        '--to=catalog.shop.internal:8080',
        '-url',
        'http://pricing:8081/x?y',
        'https://api.example.com',
        'postgres://db/shop',
        '192.0.2.1:99',
      ),
    ).toEqual(['192.0.2.1:99', 'api.example.com:443', 'catalog.shop.internal:8080', 'db:5432', 'pricing:8081']);
    expect(declared('12:34', 'name:80', ':8080', 'a.b:99999', '--level=info')).toEqual([]);
  });

  it('never carry a secret', () => {
    const env = [
      { name: 'DB_PASSWORD', value: 'hunter2.example.com:1' },
      { name: 'API', value: 'https://user:pa:ss@api.example.com:8443/' },
      { name: 'FROM_SECRET', valueFrom: {} },
    ];
    expect(readDeclares([{ env }])).toEqual([{ host: 'api.example.com', port: 8443, from: 'environment' }]);
    expect(declared('--password', 'p.example.com:1', '--token=t.example.com:2', 'amqp://u:p@mq.example.com')).toEqual([
      'mq.example.com:5672',
    ]);
  });
});

describe('a control plane', () => {
  const service = (labels: object = {}): KubeObject =>
    object(
      'Service',
      'istiod',
      { spec: { clusterIP: '192.0.2.10', ports: [{ name: 'https-dns', port: 15012 }] } },
      { namespace: 'istio-system', labels },
    );
  const configMap = (name: string, data: object): KubeObject =>
    object('ConfigMap', name, { data }, { namespace: 'istio-system' });

  it("is told by its Service alone, with Istio's defaults", () => {
    expect(parseMesh({ service: service(), deployments: [], configMaps: [] }, [])).toEqual({
      provider: 'istio',
      version: 'unknown',
      revision: 'default',
      rootNamespace: 'istio-system',
      trustDomain: 'cluster.local',
      meshId: 'cluster.local',
      clusterId: 'Kubernetes',
      network: '',
      discovery: { service: 'istiod', address: '192.0.2.10', port: 15012 },
      defaultConfig: {},
      registryOnly: false,
      injectedNamespaces: [],
    });
  });

  it('of a revision is read from the ConfigMaps of that revision', () => {
    const values = JSON.stringify({
      global: { meshID: 'm1', network: 'n1', multiCluster: { clusterName: 'c1' }, tag: '1.31.0' },
    });
    const configMaps = [
      configMap('istio-canary', {
        mesh: 'trustDomain: corp.example\ndefaultConfig:\n  drainDuration: 20s\noutboundTrafficPolicy: { mode: REGISTRY_ONLY }\n',
      }),
      configMap('istio-sidecar-injector-canary', { values }),
      configMap('istio', { mesh: 'trustDomain: wrong' }),
    ];
    expect(
      parseMesh({ service: service({ 'istio.io/rev': 'canary' }), deployments: [], configMaps }, []),
    ).toMatchObject({
      revision: 'canary',
      trustDomain: 'corp.example',
      meshId: 'm1',
      network: 'n1',
      clusterId: 'c1',
      version: '1.31.0',
      defaultConfig: { drainDuration: '20s' },
      registryOnly: true,
    });
  });

  it('with a configuration that cannot be read is still told', () => {
    const configMaps = [
      configMap('istio', { mesh: '{{ : not yaml' }),
      configMap('istio-sidecar-injector', { values: 'a: &a [*a]' }),
    ];
    expect(parseMesh({ service: service(), deployments: [], configMaps }, [])).toMatchObject({
      trustDomain: 'cluster.local',
    });
  });

  it('injects into the namespaces that ask for it', () => {
    const namespace = (name: string, labels: object): KubeObject => object('Namespace', name, {}, { labels });
    const namespaces = [
      namespace('on', { 'istio-injection': 'enabled' }),
      namespace('rev', { 'istio.io/rev': 'canary' }),
      namespace('off', { 'istio-injection': 'disabled', 'istio.io/rev': 'canary' }),
      namespace('none', {}),
    ];
    expect(parseMesh({ service: service(), deployments: [], configMaps: [] }, namespaces)?.injectedNamespaces).toEqual([
      'on',
      'rev',
    ]);
  });
});
