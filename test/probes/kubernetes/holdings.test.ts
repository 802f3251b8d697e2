import { describe, expect, it } from 'vitest';
import { meshError } from '../../../src/errors/index.ts';
import { examine } from '../../../src/inventory/findings.ts';
import type { FakeKube } from '../../fakes/kube.ts';
import { estate } from '../../inventory/observed.ts';
import { crd, discovered, object, selecting } from './small-cluster.ts';

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

  it.each([
    ['in a namespace of the estate', 'pay'],
    ['elsewhere', 'istio-system'],
  ])('tell of the control plane %s in the one list of its kind', async (_, home) => {
    const asked: string[] = [];
    const facts = await discovered(
      (kube) => {
        for (const name of ['shop', 'pay', 'istio-system', 'other'])
          kube.put(object('v1', 'Namespace', name, {}, { namespace: undefined }));
        const at = { namespace: home, labels: { app: 'istiod', 'istio.io/rev': 'default' } };
        const container = { name: 'discovery', image: 'pilot:1.30.1', env: [{ name: 'CLUSTER_ID', value: 'east' }] };
        const spec = { replicas: 1, selector: {}, template: { spec: { containers: [container], nodeName: 'x' } } };
        kube.put(object('apps/v1', 'Deployment', 'istiod', { spec }, at));
        kube.put(object('v1', 'Service', 'istiod', { spec: { clusterIP: '10.0.0.9' } }, at));
        kube.put(object('apps/v1', 'Deployment', 'stranger', { spec }, { ...at, namespace: 'other', labels: {} }));
        const list = kube.list.bind(kube);
        kube.list = async (query) => {
          if (/^(Deployment|Service)$/.test(query.kind))
            asked.push(`${query.kind} ${query.namespace ?? '*'} ${query.labelSelector ?? ''}`);
          return await list(query);
        };
      },
      ['shop', 'pay'],
    );
    expect(asked.sort()).toEqual(['Deployment * ', 'Service * ']);
    expect(facts.mesh).toMatchObject({ rootNamespace: home, version: '1.30.1', clusterId: 'east' });
    expect(facts.workloads.map(({ name }) => name)).toEqual(home === 'pay' ? ['istiod'] : []);
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
