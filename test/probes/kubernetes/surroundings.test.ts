import { describe, expect, it } from 'vitest';
import { meshError } from '../../../src/errors/index.ts';
import type { Estate } from '../../../src/estate/schema.ts';
import type { KubeObject, KubePort } from '../../../src/ports/contracts.ts';
import { readCluster } from '../../../src/probes/kubernetes/index.ts';
import { podHabits } from '../../../src/probes/kubernetes/parse-habits.ts';
import { parseMesh } from '../../../src/probes/kubernetes/parse-mesh.ts';
import { parseServices } from '../../../src/probes/kubernetes/parse-services.ts';
import { parseSurroundings } from '../../../src/probes/kubernetes/parse-surroundings.ts';
import { FakeKube } from '../../fakes/kube.ts';

const object = (kind: string, name: string, rest: object = {}, metadata: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace: 'shop', ...metadata },
  ...rest,
});
const nothing = { nodes: [], disruptionBudgets: [], jobs: [], webhooks: [], policies: [] };

describe('what stands around workloads', () => {
  it('is nothing where nobody looked, and empty where nothing was', () => {
    expect(parseSurroundings(undefined, [])).toEqual({});
    expect(parseSurroundings(nothing, [])).toEqual({
      namespaces: [],
      kubelets: [],
      disruptionBudgets: [],
      jobs: [],
      podWebhooks: [],
      policies: [],
    });
  });

  it('is kubelets, each version once', () => {
    const node = (kubeletVersion: string): KubeObject =>
      object('Node', 'n', { status: { nodeInfo: { kubeletVersion } } });
    const nodes = ['v1.34.4', 'v1.32.1', 'v1.34.4'].map(node);
    expect(parseSurroundings({ ...nothing, nodes }, []).kubelets).toEqual(['v1.32.1', 'v1.34.4']);
  });

  it('is namespaces with a Pod Security level or in ambient mode', () => {
    const namespaces = [
      object('Namespace', 'shop', {}, { labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } }),
      object('Namespace', 'plain'),
      object('Namespace', 'mesh', {}, { labels: { 'istio.io/dataplane-mode': 'ambient' } }),
    ];
    expect(parseSurroundings(nothing, namespaces).namespaces).toEqual([
      { name: 'mesh', ambient: true },
      { name: 'shop', ambient: false, podSecurity: 'restricted' },
    ]);
  });

  it('is budgets, whose expressions are not carried', () => {
    const budget = (selector: object): KubeObject => object('PodDisruptionBudget', 'b', { spec: { selector } });
    const disruptionBudgets = [budget({ matchLabels: { app: 'web' } }), budget({ matchExpressions: [{}] })];
    expect(
      parseSurroundings({ ...nothing, disruptionBudgets }, []).disruptionBudgets?.map(({ selector }) => selector),
    ).toEqual(expect.arrayContaining([{ app: 'web' }, null]));
  });

  it('is Jobs that go on, without those of a CronJob', () => {
    const template = { template: { metadata: { labels: { 'sidecar.istio.io/inject': 'false' } } } };
    const jobs = [
      object('CronJob', 'nightly', { spec: { jobTemplate: { spec: template } } }),
      object('Job', 'nightly-1', {}, { ownerReferences: [{ kind: 'CronJob' }] }),
      object('Job', 'done', { status: { conditions: [{ type: 'Complete', status: 'True' }] } }),
      object('Job', 'import'),
    ];
    expect(parseSurroundings({ ...nothing, jobs }, []).jobs).toEqual([
      { kind: 'CronJob', namespace: 'shop', name: 'nightly', optsOut: true },
      { kind: 'Job', namespace: 'shop', name: 'import', optsOut: false },
    ]);
  });

  it('is webhooks on pods that are not the mesh’s own', () => {
    const webhooks = [
      object('MutatingWebhookConfiguration', 'c', {
        webhooks: [
          { name: 'inject.sidecars.example', rules: [{ resources: ['pods'] }] },
          { name: 'namespace.sidecar-injector.istio.io', rules: [{ resources: ['pods'] }] },
          { name: 'other.example', rules: [{ resources: ['deployments'] }] },
          { name: 'all.example', rules: [{ apiGroups: ['*'], resources: ['*/*'] }] },
          { name: 'core.example', rules: [{ apiGroups: [''], resources: ['*'] }] },
          { name: 'apps.example', rules: [{ apiGroups: ['apps'], resources: ['*', '*/*'] }] },
          { name: 'logs.example', rules: [{ apiGroups: [''], resources: ['pods/log', '*/scale'] }] },
        ],
      }),
    ];
    expect(parseSurroundings({ ...nothing, webhooks }, []).podWebhooks).toEqual([
      'all.example',
      'core.example',
      'inject.sidecars.example',
    ]);
  });
});

describe('the habits of pods', () => {
  it('leave out what a mesh put there, and sidecars that stay', () => {
    expect(
      podHabits({
        securityContext: { runAsUser: 1000 },
        initContainers: [
          { name: 'istio-init', securityContext: { runAsUser: 0 } },
          { name: 'migrate' },
          { name: 'logs', restartPolicy: 'Always', ports: [{}] },
        ],
        containers: [
          { name: 'web', ports: [{}], securityContext: { runAsUser: 1337 } },
          { name: 'admin', ports: [{}], readinessProbe: {} },
          { name: 'istio-proxy', ports: [{}], securityContext: { runAsUser: 1337 } },
        ],
      }),
    ).toEqual({
      initContainers: ['migrate'],
      runsAs: [1000, 1337],
      unprobed: ['web'],
      withoutPreStop: ['web', 'admin'],
    });
  });
});

describe('words of ports and of the control plane', () => {
  it('are carried where the API says them', () => {
    const spec = { type: 'ExternalName', ports: [{ port: 443, name: 'https' }, { port: 80, appProtocol: 'http' }, {}] };
    expect(parseServices([object('Service', 'pay', { spec })], [])[0]).toMatchObject({
      type: 'ExternalName',
      portWords: [
        { port: 443, name: 'https', targetPort: 443 },
        { port: 80, appProtocol: 'http', targetPort: 80 },
      ],
    });
  });

  it.each<[string | undefined, string | undefined]>([
    ['true', 'on'],
    ['0', 'off'],
    ['auto', 'auto'],
    [undefined, undefined],
  ])('say of native sidecars: %s is %s', (value, expected) => {
    const env = value === undefined ? [] : [{ name: 'ENABLE_NATIVE_SIDECARS', value }];
    const deployment = object('Deployment', 'istiod', {
      spec: { template: { spec: { containers: [{ name: 'discovery', env }] } } },
    });
    const values = {
      data: { values: JSON.stringify({ global: { caAddress: 'vault:8200' }, pilot: { cni: { enabled: true } } }) },
    };
    const injector = object('ConfigMap', 'istio-sidecar-injector', values);
    const mesh = parseMesh(
      { service: object('Service', 'istiod'), deployments: [deployment], configMaps: [injector] },
      [],
    );
    expect(mesh?.nativeSidecars).toBe(expected);
    expect(mesh).toMatchObject({ caAddress: 'vault:8200', cni: true });
  });
});

describe('reading what stands around', () => {
  const cluster = { name: 'lab', namespaces: ['shop'] };
  /** A cluster that fails each list of one kind with one code. */
  const failing = (kind: string, code: 'MW1203' | 'MW1201'): KubePort => {
    const kube = new FakeKube();
    const list = kube.list.bind(kube);
    kube.list = async (query) => {
      if (query.kind !== kind) return await list(query);
      throw code === 'MW1203'
        ? meshError('MW1203', { cluster: 'lab', verb: 'list', resource: kind, scope: 'everywhere' })
        : meshError('MW1201', { cluster: 'lab', server: 'x', reason: 'gone' });
    };
    return kube;
  };

  it('goes on without a list that it may not have', async () => {
    const facts = await readCluster(failing('Node', 'MW1203'), cluster, {} as Estate);
    expect(facts).not.toHaveProperty('kubelets');
    expect(facts).toMatchObject({ jobs: [], disruptionBudgets: [], policies: [], podWebhooks: [] });
  });

  it('does not take a kind that is not served for none of it', async () => {
    const kube = new FakeKube();
    kube.unserved.add('AuthorizationPolicy (security.istio.io/v1)');
    const facts = await readCluster(kube, cluster, {} as Estate);
    expect(facts).not.toHaveProperty('policies');
    expect(facts.kubelets).toEqual([]);
  });

  it('passes on every other failure', async () => {
    await expect(readCluster(failing('Node', 'MW1201'), cluster, {} as Estate)).rejects.toMatchObject({
      code: 'MW1201',
    });
  });
});
