import { expect, test } from 'vitest';
import { meshError } from '../../src/errors/mesh-error.ts';
import { inventorySchema } from '../../src/inventory/schema.ts';
import type { KubePort, RunOptions, SshPort } from '../../src/ports/contracts.ts';
import { discover, forksFor } from '../../src/probes/discover.ts';
import { FakeKube } from '../fakes/kube.ts';
import { estate } from '../inventory/observed.ts';

const clock = { now: () => Date.parse('2026-01-01T00:00:00Z'), sleep: () => Promise.resolve(true) };
const ANSWER =
  'fact\tbegin\t1767225600\nfact\thostname\tb\nlistening\ttcp LISTEN 0 1 *:8081 *:* users:(("app",pid=7,fd=3))\nprocess\t7 0::/system.slice/pricing.service\nunit\tId=pricing.service\nunit\tLoadState=loaded\nunit\tMainPID=7\nfact\tend\t1767225600\n';

/** vm-a is down; vm-b has no sudo; the cluster forbids everything. */
const ssh: Pick<SshPort, 'script'> = {
  script: ({ name, address, user }, _script, _variables, { root }) => {
    if (name === 'vm-a')
      return Promise.reject(meshError('MW1103', { host: name, address, reason: 'Connection refused' }));
    return root === true
      ? Promise.reject(meshError('MW1106', { host: name, user }))
      : Promise.resolve({ exitCode: 0, stdout: ANSWER, stderr: '' });
  },
};
const forbidden = (): Promise<never> =>
  Promise.reject(meshError('MW1203', { cluster: 'lab', verb: 'list', resource: 'pods', scope: 'namespace shop' }));
const ports = {
  ssh: ssh as SshPort,
  clock,
  kube: () => ({ cluster: 'lab', identity: forbidden, list: forbidden }) as unknown as KubePort,
};

test('one dead host and a forbidden cluster do not lose the others', async () => {
  const inventory = inventorySchema.parse(await discover(estate, ports, { estateDigest: 'sha256:x' }));
  expect(inventory.hosts.map(({ name, privilege }) => [name, privilege])).toEqual([['vm-b', 'none']]);
  expect(inventory.findings.map(({ code, level, subject }) => [code, level, subject])).toEqual([
    ['MW1103', 'error', 'vm-a'],
    ['MW1203', 'error', 'lab'],
    ['MW1106', 'warning', 'vm-b'],
  ]);
  expect(inventory.workloads).toHaveLength(4);
});

test('tells of each host and cluster as it is done', async () => {
  const steps: string[] = [];
  await discover(estate, ports, {
    estateDigest: 'x',
    onProgress: ({ kind, name, done, total, error }) =>
      steps.push(`${done}/${total} ${kind} ${name} ${error?.code ?? 'done'}`),
  });
  expect(steps).toHaveLength(3);
  expect(steps.at(-1)).toMatch(/^3\/3 /);
  expect(steps.join()).toContain('host vm-a MW1103');
});

test('an error without a code is our bug and is not hidden', async () => {
  const broken = {
    ...ports,
    kube: () => {
      throw new TypeError('bug');
    },
  };
  await expect(discover(estate, broken, { estateDigest: 'x' })).rejects.toThrow('bug');
});

/** An estate of hosts alone, whose ssh counts how many are asked at once. */
function manyHosts(count: number): { most: () => number; asked: RunOptions[]; run: typeof discover } {
  const hosts = Array.from({ length: count }, (_, index) => ({ ...estate.hosts[1]!, name: `vm-${index}` }));
  const asked: RunOptions[] = [];
  let [now, most] = [0, 0];
  const script: SshPort['script'] = async (_target, _script, _variables, options) => {
    asked.push(options);
    most = Math.max(most, ++now);
    await new Promise((resolve) => setImmediate(resolve));
    now--;
    return { exitCode: 0, stdout: ANSWER.replace('fact\t', 'fact\tuid\t0\nfact\t'), stderr: '' };
  };
  const run: typeof discover = (own, _ports, options) =>
    discover({ ...own, hosts, clusters: [], services: [] }, { ...ports, ssh: { script } as SshPort }, options);
  return { most: () => most, asked, run };
}

test.each([
  [undefined, 16],
  [3, 3],
  [500, 100],
])('asks as many hosts at once as forks say (%s), and never more', async (forks, expected) => {
  const many = manyHosts(100);
  const inventory = await many.run(estate, ports, { estateDigest: 'x', ...(forks === undefined ? {} : { forks }) });
  expect([many.most(), inventory.hosts.length]).toEqual([expected, 100]);
});

test('the only round asks each host once, and its answer says whether it was root', async () => {
  const many = manyHosts(2);
  const inventory = await many.run(estate, ports, { estateDigest: 'x', isOnlyRound: true });
  expect(many.asked.map(({ root, isOnlyRound }) => [root, isOnlyRound])).toEqual([
    ['preferred', true],
    ['preferred', true],
  ]);
  expect(inventory.hosts.map(({ privilege }) => privilege)).toEqual(['sudo', 'sudo']);
  const refused = await discover(estate, ports, { estateDigest: 'x', isOnlyRound: true });
  expect(refused.hosts.map(({ name, privilege }) => [name, privilege])).toEqual([['vm-b', 'none']]);
});

test('clusters are discovered side by side, and one that is down is a finding', async () => {
  const clusters = ['west', 'east', 'gone'].map((name) => ({ name, namespaces: ['shop'] }));
  const begun: string[] = [];
  const both = Promise.withResolvers<void>();
  const kubeOf = (name: string): KubePort => {
    const kube = new FakeKube(name);
    kube.put({ apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: `in-${name}`, namespace: 'shop' } });
    kube.identity = async () => {
      begun.push(name);
      if (name === 'gone')
        throw meshError('MW1201', { cluster: name, server: 'https://192.0.2.1', reason: 'ECONNREFUSED' });
      // Neither answers before the other was asked.
      if (begun.includes('west') && begun.includes('east')) both.resolve();
      await both.promise;
      return { version: 'v1.34.4', uid: `uid-of-${name}` };
    };
    return kube;
  };
  const several = { ...estate, hosts: [], services: [], clusters };
  const inventory = await discover(several, { ...ports, kube: kubeOf }, { estateDigest: 'x' });
  expect(inventory.clusters.map(({ name, uid, workloads }) => [name, uid, workloads[0]?.name])).toEqual([
    ['east', 'uid-of-east', 'in-east'],
    ['west', 'uid-of-west', 'in-west'],
  ]);
  expect(inventory.findings.map(({ code, level, subject }) => [code, level, subject])).toContainEqual([
    'MW1201',
    'error',
    'gone',
  ]);
});

test('16 hosts at a time for each CPU, and never more than 64', () => {
  expect([0, 1, 2, 4, 128].map(forksFor)).toEqual([16, 16, 32, 64, 64]);
});
