import { describe, expect, it } from 'vitest';
import { meshError } from '../../../src/errors/index.ts';
import type { Estate } from '../../../src/estate/schema.ts';
import { examine } from '../../../src/inventory/findings.ts';
import type { ClusterFacts } from '../../../src/inventory/schema.ts';
import type { KubeManifest } from '../../../src/plans/operation.ts';
import { readCluster } from '../../../src/probes/kubernetes/index.ts';
import { FakeKube } from '../../fakes/kube.ts';
import { estate } from '../../inventory/observed.ts';

const object = (
  apiVersion: string,
  kind: string,
  name: string,
  rest: object = {},
  metadata: object = {},
): KubeManifest => ({ apiVersion, kind, metadata: { name, namespace: 'shop', ...metadata }, ...rest });
const controlledBy = (kind: string, name: string): object => ({ ownerReferences: [{ kind, name, controller: true }] });
const pod = (name: string, ip: string, metadata: object = {}, container = 'app'): KubeManifest =>
  object(
    'v1',
    'Pod',
    name,
    { spec: { containers: [{ name: container }] }, status: { phase: 'Running', podIP: ip } },
    metadata,
  );
const template = (app: string, url = ''): object => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: 'app', env: [{ name: 'URL', value: url }], ports: [{ containerPort: 8080 }] }] },
});
const selecting = (app: string, rest: object = {}): object => ({
  spec: { selector: { matchLabels: { app } }, template: template(app), ...rest },
});
const crd = (group: string, plural: string, kind: string, annotations: object = {}): KubeManifest =>
  object(
    'apiextensions.k8s.io/v1',
    'CustomResourceDefinition',
    `${plural}.${group}`,
    {
      spec: { group, names: { kind, plural }, versions: [{ name: 'v1alpha1', served: true }] },
    },
    { namespace: undefined, annotations },
  );

async function discovered(fill: (kube: FakeKube) => void, namespaces = ['shop']): Promise<ClusterFacts> {
  const kube = new FakeKube();
  fill(kube);
  return await readCluster(kube, { name: 'lab', namespaces }, {} as Estate);
}
const rowsOf = ({ workloads }: ClusterFacts): string[] =>
  workloads.map(({ kind, name, replicas, readyReplicas, podAddresses }) =>
    [kind, name, replicas, readyReplicas, ...podAddresses].join(' '),
  );

describe('workloads of all kinds', () => {
  it('are Deployments and what nobody looks after, each with its own pods', async () => {
    const facts = await discovered((kube) => {
      kube.put(object('apps/v1', 'Deployment', 'web', selecting('web')));
      kube.put(object('apps/v1', 'ReplicaSet', 'web-1', selecting('web'), controlledBy('Deployment', 'web')));
      kube.put(pod('web-1-a', '192.0.2.1', { labels: { app: 'web' }, ...controlledBy('ReplicaSet', 'web-1') }));
      kube.put(
        object('apps/v1', 'ReplicaSet', 'alone', {
          ...selecting('alone', { replicas: 2 }),
          status: { readyReplicas: 1 },
        }),
      );
      kube.put(pod('alone-a', '192.0.2.2', { labels: { app: 'alone' }, ...controlledBy('ReplicaSet', 'alone') }));
      kube.put(pod('bare', '192.0.2.3', { labels: { app: 'bare' } }));
      kube.put(pod('mirror', '192.0.2.4', controlledBy('Node', 'node-1')));
      const job = { spec: { parallelism: 3, template: template('import', 'http://web:80') } };
      kube.put(object('batch/v1', 'Job', 'import', job));
      kube.put(pod('import-x', '192.0.2.5', controlledBy('Job', 'import')));
      kube.put(
        object('batch/v1', 'CronJob', 'nightly', { spec: { jobTemplate: { spec: { template: template('n') } } } }),
      );
      kube.put(
        object(
          'batch/v1',
          'Job',
          'nightly-1',
          { spec: { template: template('n') } },
          controlledBy('CronJob', 'nightly'),
        ),
      );
      kube.put(pod('nightly-1-x', '192.0.2.6', controlledBy('Job', 'nightly-1')));
      const done = { status: { conditions: [{ type: 'Complete', status: 'True' }] } };
      kube.put(object('batch/v1', 'Job', 'done', { spec: { template: template('done') }, ...done }));
      kube.put(object('v1', 'Service', 'web', { spec: { clusterIP: '192.0.2.9', ports: [{ port: 80 }] } }));
    });
    expect(rowsOf(facts)).toEqual([
      'CronJob nightly 0 1 192.0.2.6',
      'Deployment web 1 0 192.0.2.1',
      'Job import 3 1 192.0.2.5',
      'Pod bare 1 1 192.0.2.3',
      'ReplicaSet alone 2 1 192.0.2.2',
    ]);
    expect(facts.workloads.find(({ kind }) => kind === 'Job')?.declares).toEqual([
      { host: 'web', port: 80, from: 'environment' },
    ]);
  });

  it('are Argo Rollouts where the cluster knows them, by the template of a Deployment too', async () => {
    const canary = { strategy: { canary: { maxSurge: 1, maxUnavailable: 0 } } };
    const facts = await discovered((kube) => {
      kube.put(crd('argoproj.io', 'rollouts', 'Rollout'));
      kube.put(object('argoproj.io/v1alpha1', 'Rollout', 'cart', selecting('cart', { replicas: 4, ...canary })));
      const ref = { workloadRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'pay' } };
      kube.put(
        object('argoproj.io/v1alpha1', 'Rollout', 'pay', {
          spec: { selector: { matchLabels: { app: 'pay' } }, ...ref },
        }),
      );
      kube.put(object('apps/v1', 'Deployment', 'pay', selecting('pay', { replicas: 0 })));
    });
    const rollouts = facts.workloads.filter(({ kind }) => kind === 'Rollout');
    expect(rollouts.map(({ name, replicas, ports, surges }) => [name, replicas, ports, surges])).toEqual([
      ['cart', 4, [8080], true],
      ['pay', 1, [8080], true],
    ]);
  });

  it('beyond a hundred bare ones are said to be unread', async () => {
    const facts = await discovered((kube) => {
      for (let index = 0; index < 103; index += 1) kube.put(pod(`bare-${index}`, '192.0.2.3'));
    });
    expect(facts.workloads).toHaveLength(100);
    expect(facts.unread).toEqual([
      { what: '3 of 103 bare ReplicaSets and pods', reason: 'no more than 100 are read whole' },
    ]);
    expect(examine(estate, [], [facts], 0).map(({ code, level, subject }) => [code, level, subject])).toContainEqual([
      'MW1230',
      'info',
      'lab',
    ]);
  });
});

describe('meshes that pods are in', () => {
  const ask = (annotations: object, labels: object = {}): object => ({
    spec: {
      selector: { matchLabels: { app: 'a' } },
      template: { metadata: { labels: { app: 'a', ...labels }, annotations }, spec: { containers: [{ name: 'a' }] } },
    },
  });
  it.each([
    ['linkerd', 'linkerd-proxy', {}],
    ['consul', 'consul-dataplane', {}],
    ['kuma', 'kuma-sidecar', {}],
    ['istio', 'istio-proxy', {}],
    ['istio-ambient', 'a', { 'ambient.istio.io/redirection': 'enabled' }],
    ['linkerd', 'a', { 'linkerd.io/proxy-version': 'edge-26.8.1' }],
  ])('%s by container %s and annotations %j', async (mesh, container, annotations) => {
    const facts = await discovered((kube) => {
      kube.put(object('apps/v1', 'Deployment', 'a', ask({})));
      kube.put(pod('a-1', '192.0.2.1', { labels: { app: 'a' }, annotations }, container));
    });
    expect(facts.workloads.find(({ kind }) => kind === 'Deployment')?.meshes).toEqual([{ mesh, by: 'pods' }]);
  });

  it.each([
    ['linkerd', { 'linkerd.io/inject': 'enabled' }, {}],
    ['consul', { 'consul.hashicorp.com/connect-inject': 'true' }, {}],
    ['kuma', {}, { 'kuma.io/sidecar-injection': 'enabled' }],
    ['istio-ambient', {}, { 'istio.io/dataplane-mode': 'ambient' }],
  ])(
    '%s is asked for by annotations %j and labels %j, of a template or a namespace',
    async (mesh, annotations, labels) => {
      const facts = await discovered((kube) => {
        kube.put(object('apps/v1', 'Deployment', 'a', ask(annotations, labels)));
        kube.put(object('v1', 'Namespace', 'shop', {}, { namespace: undefined, annotations, labels }));
      });
      expect(facts.workloads[0]?.meshes).toEqual([{ mesh, by: 'template' }]);
      const [namespace] = facts.namespaces ?? [];
      expect([...(namespace?.meshes ?? []), ...(namespace?.ambient === true ? ['istio-ambient'] : [])]).toEqual([mesh]);
    },
  );

  it('are none where they are refused', async () => {
    const facts = await discovered((kube) =>
      kube.put(
        object(
          'apps/v1',
          'Deployment',
          'a',
          ask({ 'linkerd.io/inject': 'disabled' }, { 'sidecar.istio.io/inject': 'false' }),
        ),
      ),
    );
    expect(facts.workloads[0]?.meshes).toEqual([]);
  });
});

describe('what else a cluster holds', () => {
  it('is NetworkPolicies that name both ends, quotas, autoscalers, bundles and leftovers', async () => {
    const facts = await discovered((kube) => {
      kube.put(object('apps/v1', 'Deployment', 'web', selecting('web')));
      kube.put(object('apps/v1', 'Deployment', 'api', selecting('api')));
      const from = [{ podSelector: { matchLabels: { app: 'web' } } }];
      const ingress = [{ from, ports: [{ port: 8080 }] }];
      kube.put(
        object('networking.k8s.io/v1', 'NetworkPolicy', 'api', {
          spec: { podSelector: { matchLabels: { app: 'api' } }, ingress },
        }),
      );
      kube.put(object('networking.k8s.io/v1', 'NetworkPolicy', 'odd', { spec: { podSelector: 7 } }));
      const hard = { 'requests.cpu': '4', memory: '8Gi', 'limits.memory': '1e10' };
      kube.put(
        object('v1', 'ResourceQuota', 'all', {
          spec: { hard },
          status: { hard, used: { 'requests.cpu': '1500m', memory: '2Gi' } },
        }),
      );
      const cpu = {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
      };
      const metrics = [cpu, { type: 'ContainerResource' }, { type: 'Pods' }];
      const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
      kube.put(
        object('autoscaling/v2', 'HorizontalPodAutoscaler', 'web', {
          spec: { scaleTargetRef, minReplicas: 2, maxReplicas: 9, metrics },
        }),
      );
      const marks = {
        'gateway.networking.k8s.io/channel': 'standard',
        'gateway.networking.k8s.io/bundle-version': 'v1.6.0',
      };
      kube.put(crd('gateway.networking.k8s.io', 'httproutes', 'HTTPRoute', marks));
      kube.put(crd('split.smi-spec.io', 'trafficsplits', 'TrafficSplit'));
      kube.put(object('split.smi-spec.io/v1alpha1', 'TrafficSplit', 'a'));
      kube.put(object('split.smi-spec.io/v1alpha1', 'TrafficSplit', 'b', {}, { namespace: 'other' }));
      const binding = 'ValidatingAdmissionPolicyBinding';
      kube.put(
        object(
          'admissionregistration.k8s.io/v1',
          binding,
          'safe-upgrades.gateway.networking.k8s.io',
          {},
          { namespace: undefined },
        ),
      );
      kube.put(object('v1', 'Service', 'pay', { spec: { type: 'ExternalName', externalName: 'pay.example.com' } }));
    });
    const name = (workload: string): object => ({ namespace: 'shop', kind: 'Deployment', name: workload });
    expect(facts).toMatchObject({
      allowedCalls: [{ from: name('web'), to: name('api'), port: 8080, policy: 'shop/api' }],
      unread: [{ what: '1 of 2 NetworkPolicies', reason: 'they are not of the known shape' }],
      quotas: [
        {
          requests: { hard: { cpu: 4000, memory: 8 * 2 ** 30 }, used: { cpu: 1500, memory: 2 * 2 ** 30 } },
          limits: { hard: { memory: 1e10 }, used: {} },
          isScoped: false,
        },
      ],
      autoscalers: [
        { target: { kind: 'Deployment', name: 'web' }, minReplicas: 2, maxReplicas: 9, byShareOf: ['cpu'] },
      ],
      gatewayCrds: [{ name: 'httproutes.gateway.networking.k8s.io', channel: 'standard', bundleVersion: 'v1.6.0' }],
      safeUpgrades: true,
      leftovers: [{ crd: 'trafficsplits.split.smi-spec.io', objects: 2 }],
    });
    expect(facts.services).toMatchObject([{ type: 'ExternalName', externalName: 'pay.example.com' }]);
  });

  it('is not known where a right is missing, which loses that list alone and is said', async () => {
    const denied = new Set(['NetworkPolicy', 'HorizontalPodAutoscaler', 'ReplicaSet', 'TrafficSplit']);
    const facts = await discovered((kube) => {
      kube.put(crd('split.smi-spec.io', 'trafficsplits', 'TrafficSplit'));
      const list = kube.list.bind(kube);
      kube.list = async (query) => {
        if (!denied.has(query.kind)) return await list(query);
        throw meshError('MW1203', { cluster: 'lab', verb: 'list', resource: query.kind, scope: 'namespace shop' });
      };
    });
    expect(facts).not.toHaveProperty('autoscalers');
    expect(facts).toMatchObject({ quotas: [], leftovers: [{ objects: null }] });
    expect(facts.unread?.map(({ what }) => what).sort()).toEqual([
      'HorizontalPodAutoscaler',
      'NetworkPolicy',
      'ReplicaSet',
    ]);
    const found = examine(estate, [], [facts], 0).filter(({ code }) => code === 'MW1230');
    expect(found.map(({ message }) => message)[0]).toContain('this user may not list');
  });
});

describe('several namespaces', () => {
  it('are one list of each kind, and one for each namespace where nobody may list them all', async () => {
    const asked: string[] = [];
    const reading =
      (mayListAll: boolean) =>
      (kube: FakeKube): void => {
        for (const namespace of ['shop', 'pay', 'other'])
          kube.put(object('apps/v1', 'Deployment', `in-${namespace}`, selecting('a'), { namespace }));
        for (const name of ['shop', 'pay', 'other'])
          kube.put(object('v1', 'Namespace', name, {}, { namespace: undefined }));
        const list = kube.list.bind(kube);
        kube.list = async (query) => {
          if (query.kind === 'Deployment' && query.labelSelector === undefined) {
            asked.push(query.namespace ?? '*');
            if (query.namespace === undefined && !mayListAll)
              throw meshError('MW1203', {
                cluster: 'lab',
                verb: 'list',
                resource: 'deployments',
                scope: 'cluster-wide',
              });
          }
          return await list(query);
        };
      };
    for (const mayListAll of [true, false]) {
      const facts = await discovered(reading(mayListAll), ['shop', 'pay']);
      expect(facts.workloads.map(({ name }) => name)).toEqual(['in-pay', 'in-shop']);
    }
    expect(asked).toEqual(['*', '*', 'shop', 'pay']);
  });

  it('that are a small part of a cluster are listed one by one', async () => {
    const asked: (string | undefined)[] = [];
    await discovered(
      (kube) => {
        for (let index = 0; index < 9; index += 1)
          kube.put(object('v1', 'Namespace', `n-${index}`, {}, { namespace: undefined }));
        const list = kube.list.bind(kube);
        kube.list = async (query) => {
          if (query.kind === 'Pod') asked.push(query.namespace);
          return await list(query);
        };
      },
      ['shop', 'pay'],
    );
    expect(asked).toEqual(['shop', 'pay']);
  });
});
