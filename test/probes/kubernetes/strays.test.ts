import { describe, expect, it } from 'vitest';
import { examine } from '../../../src/inventory/findings.ts';
import { estate } from '../../inventory/observed.ts';
import { controlledBy, crd, discovered, object, pod, rowsOf, selecting, template } from './small-cluster.ts';

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

  it('are bare pods with all that their own words tell', async () => {
    const spec = {
      hostNetwork: true,
      serviceAccountName: 'tool',
      containers: [
        { name: 'app', ports: [{ containerPort: 8080 }], env: [{ name: 'URL', value: 'http://pricing.corp:8081' }] },
      ],
    };
    const { workloads } = await discovered((kube) =>
      kube.put(object('v1', 'Pod', 'bare', { spec, status: { phase: 'Running', podIP: '192.0.2.3' } })),
    );
    expect(workloads).toMatchObject([
      {
        kind: 'Pod',
        hostNetwork: true,
        serviceAccount: 'tool',
        ports: [8080],
        declares: [{ host: 'pricing.corp', port: 8081, from: 'environment' }],
      },
    ]);
  });

  it.each(['', null])('have no address where the server writes %j for one', async (podIP) => {
    const status = { phase: 'Running', podIP };
    const { workloads } = await discovered((kube) =>
      kube.put(object('v1', 'Pod', 'bare', { spec: { containers: [{ name: 'app' }] }, status })),
    );
    expect(workloads.map(({ podAddresses }) => podAddresses)).toEqual([[]]);
  });

  it('keep the pods of a Job apart from those of a Deployment with the same labels', async () => {
    const facts = await discovered((kube) => {
      kube.put(object('apps/v1', 'Deployment', 'web', selecting('web')));
      kube.put(
        pod('web-a', '192.0.2.1', { labels: { app: 'web' }, ...controlledBy('ReplicaSet', 'web-1') }, 'istio-proxy'),
      );
      kube.put(object('batch/v1', 'Job', 'import', { spec: { template: template('web') } }));
      kube.put(pod('import-x', '192.0.2.5', { labels: { app: 'web' }, ...controlledBy('Job', 'import') }));
    });
    expect(rowsOf(facts)).toEqual(['Deployment web 1 0 192.0.2.1', 'Job import 1 1 192.0.2.5']);
    expect(facts.workloads.map(({ meshed }) => meshed)).toEqual([true, false]);
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
