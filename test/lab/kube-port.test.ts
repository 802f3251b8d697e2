import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readCheck } from '../../src/execute/checks/index.ts';
import type { World } from '../../src/execute/handler.ts';
import type { Answer, Check } from '../../src/plans/check.ts';
import type { KubeRef } from '../../src/plans/operation.ts';
import { openKube } from '../../src/ports/kube.ts';
import { parseCluster } from '../../src/probes/kubernetes/index.ts';
import { readRaw } from '../../src/probes/kubernetes/read.ts';
import { kubectl, labPaths } from './handle.ts';
import {
  comparable,
  context,
  inject,
  kube,
  namespace,
  places,
  run,
  service,
  useNamespace,
  viewer,
  web,
} from './kube-fixture.ts';

useNamespace();

describe('a Deployment on real ground', () => {
  const name = 'echo';
  const ref: KubeRef = { apiVersion: 'apps/v1', kind: 'Deployment', namespace, name };
  const backend = `outbound|8080||${name}.${namespace}.svc.cluster.local`;
  const at = (): World => context().world;
  const rolledOut = (proxy: boolean): Check => ({
    check: 'workload.rolledOut',
    cluster: 'lab',
    namespace,
    kind: 'Deployment',
    name,
    proxy,
  });
  const endpoints = (healthy: number): Check => ({
    check: 'proxy.endpoints',
    callers: [{ cluster: 'lab', namespace, kind: 'Deployment', name }],
    backend,
    healthy,
  });

  async function until(check: Check): Promise<Answer> {
    for (let left = 240; left > 0; left -= 1) {
      const answer = await readCheck(check, at());
      if (answer.answer === 'yes' || left === 1) return answer;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
    throw new Error('not reached');
  }

  it('joins by a label, sees its backends in its own proxies, and leaves without a trace', async () => {
    const shop = await kube.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace: 'shop', name: 'web' });
    const image = (shop as unknown as { spec: { template: { spec: { containers: { image: string }[] } } } }).spec
      .template.spec.containers[0]?.image;
    const labels = { app: name };
    const spec = {
      replicas: 2,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          terminationGracePeriodSeconds: 5,
          containers: [
            {
              name,
              image,
              imagePullPolicy: 'IfNotPresent',
              args: ['-name', name, '-listen', ':8080'],
              ports: [{ containerPort: 8080 }],
            },
          ],
        },
      },
    };
    await kubectl(['apply', '-f', '-'], {
      input: JSON.stringify({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name, namespace }, spec }),
    });
    expect(await until(rolledOut(false))).toEqual({ answer: 'yes' });
    const before = await kube.get(ref);
    await run({
      op: 'kube.create',
      cluster: 'lab',
      manifest: {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name, namespace },
        spec: { selector: labels, ports: [{ name: 'http', port: 8080, appProtocol: 'http' }] },
      },
    });
    await run({ op: 'kube.set', cluster: 'lab', ref, fields: inject });
    expect(await until(rolledOut(true))).toEqual({ answer: 'yes' });
    expect(await until(endpoints(2))).toEqual({ answer: 'yes' });
    expect(await readCheck(endpoints(3), at())).toMatchObject({
      answer: 'no',
      why: expect.stringContaining('has 2 healthy endpoint(s)') as string,
    });
    expect(
      parseCluster('lab', await readRaw(kube, { namespaces: [namespace] })).workloads.find(
        (workload) => workload.name === name,
      ),
    ).toMatchObject({ meshed: true });
    await run({ op: 'kube.unset', cluster: 'lab', ref, fields: inject });
    expect(await until(rolledOut(false))).toEqual({ answer: 'yes' });
    expect(comparable(await kube.get(ref))).toEqual(comparable(before));
    await kubectl(['-n', namespace, 'delete', 'deployment', name]);
  });
});

describe('refusals', () => {
  it('are coded: forbidden, unreachable, a kind that is not served, a name that is not there', async () => {
    await expect(viewer.get(web)).rejects.toMatchObject({
      code: 'MW1203',
      args: { verb: 'get', resource: 'deployments.apps', scope: `namespace ${namespace}` },
    });
    await expect(viewer.list({ apiVersion: 'v1', kind: 'Secret', namespace })).rejects.toMatchObject({
      code: 'MW1203',
      args: { verb: 'list' },
    });
    await expect(viewer.create(service)).rejects.toMatchObject({ code: 'MW1203' });
    await expect(
      viewer.token({ namespace, serviceAccount: 'default', audience: 'istio-ca', expirationSeconds: 3600 }),
    ).rejects.toMatchObject({ code: 'MW1203' });
    await expect(
      viewer.exec({ namespace, name: 'none', container: 'none' }, ['true'], { timeoutMs: 5000 }),
    ).rejects.toMatchObject({ code: 'MW1203', args: { resource: 'pods/exec' } });
    await expect(
      kube.get({ apiVersion: 'mesh.example.com/v1', kind: 'Nothing', namespace, name: 'x' }),
    ).rejects.toMatchObject({ code: 'MW1204', args: { kinds: 'Nothing (mesh.example.com/v1)' } });
    await expect(
      kube.exec({ namespace, name: 'none', container: 'none' }, ['true'], { timeoutMs: 5000 }),
    ).rejects.toMatchObject({ code: 'MW1210' });
  });

  it('are coded: credentials that nobody accepts, and answers past the limit', async () => {
    const config = parse(await readFile(labPaths().kubeconfig, 'utf8')) as { users: { user: object }[] };
    const kubeconfig = join(await mkdtemp(join(tmpdir(), 'meshway-kube-')), 'kubeconfig');
    await writeFile(
      kubeconfig,
      JSON.stringify({ ...config, users: config.users.map((user) => ({ ...user, user: { token: 'nonsense' } })) }),
    );
    await expect(openKube({ name: 'lab', kubeconfig }, places).get(web)).rejects.toMatchObject({ code: 'MW1202' });
    await rm(dirname(kubeconfig), { recursive: true });
    const small = openKube({ name: 'lab', kubeconfig: labPaths().kubeconfig }, { ...places, maxListBytes: 100_000 });
    await expect(
      small.list({ apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' }),
    ).rejects.toMatchObject({ code: 'MW1209' });
  });

  it("are the server's for fields that a kind does not have", async () => {
    const odd = { ...service, spec: { ...(service['spec'] as object), nonsense: true } };
    await expect(kube.create(odd)).rejects.toMatchObject({ code: 'MW1208' });
  });
});

describe('the port', () => {
  it('tells who the cluster is, and gives tokens', async () => {
    expect(await kube.identity()).toEqual({
      version: 'v1.34.4',
      uid: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
    });
    const token = await kube.token({
      namespace,
      serviceAccount: 'default',
      audience: 'istio-ca',
      expirationSeconds: 3600,
    });
    expect(token.split('.')).toHaveLength(3);
  });

  it('runs programs in pods and returns their output and exit status', async () => {
    const [pod] = await kube.list({
      apiVersion: 'v1',
      kind: 'Pod',
      namespace: 'istio-system',
      labelSelector: 'app=istiod',
    });
    const at = { namespace: 'istio-system', name: pod?.metadata.name ?? '', container: 'discovery' };
    const argv = ['/usr/local/bin/pilot-discovery', 'version', '--short'];
    expect(await kube.exec(at, argv, { timeoutMs: 20_000 })).toMatchObject({ exitCode: 0 });
    expect(
      (await kube.exec(at, ['/usr/local/bin/pilot-discovery', 'nonsense'], { timeoutMs: 20_000 })).exitCode,
    ).not.toBe(0);
    await expect(kube.exec({ ...at, container: 'none' }, argv, { timeoutMs: 20_000 })).rejects.toMatchObject({
      code: expect.stringMatching(/^MW12/) as string,
    });
  });

  it('reads the whole cluster into facts', async () => {
    const facts = parseCluster('lab', await readRaw(kube, { namespaces: [namespace] }));
    expect(facts.mesh).toMatchObject({
      trustDomain: 'cluster.local',
      clusterId: 'Kubernetes',
      discovery: { service: 'istiod', port: 15012 },
    });
    expect(facts.crds['httproutes.gateway.networking.k8s.io']).toContain('v1');
    expect(facts.workloads).toMatchObject([{ name: 'web', meshed: false, surges: false, replicas: 0 }]);
  });
});
