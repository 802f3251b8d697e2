import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { lockFileOf } from '../../src/plans/lock/lock.ts';
import { printPlan, readPlan } from '../../src/plans/read.ts';
import { seal } from '../../src/plans/seal.ts';
import { sha256Digest } from '../../src/ports/hash.ts';
import { kubectl, labPaths, resetShop, type VmName, vmNames, vmShell } from './handle.ts';
import { Operator } from './witness/mesh.ts';

interface EstateFile {
  ssh: { knownHostsFile: string };
  hosts: { name: string; address: string; user: string }[];
  clusters: { kubeconfig: string }[];
  services: { name: string; hostname?: string }[];
}

let directory = '';
let operator: Operator;

/** The lab's estate, bent. */
async function bent(change: (estate: EstateFile) => unknown): Promise<void> {
  const estate = parse(await readFile(labPaths().estate, 'utf8')) as EstateFile;
  await change(estate);
  await writeFile(join(directory, 'estate.yaml'), stringify(estate));
}

interface Found {
  exitCode: number | null;
  codes: string[];
  hosts: string[];
  clusters: number;
}

/** Discovers, and says what was found and which findings stand in the inventory, which is written whatever failed. */
async function discover(): Promise<Found> {
  const { exitCode } = await operator.mesh('discover', '-o', 'inventory.json');
  const inventory = JSON.parse(await readFile(join(operator.directory, 'inventory.json'), 'utf8')) as {
    findings: { code: string; subject: string }[];
    hosts: { name: string }[];
    clusters: unknown[];
  };
  return {
    exitCode,
    codes: inventory.findings.map(({ code, subject }) => `${code} ${subject}`),
    hosts: inventory.hosts.map(({ name }) => name),
    clusters: inventory.clusters.length,
  };
}

/** Plans, and says with which status and codes. */
async function plan(): Promise<{ exitCode: number | null; codes: string[] }> {
  const { exitCode, stdout } = await operator.mesh(
    'migrate',
    'plan',
    '-i',
    'inventory.json',
    '-o',
    operator.plan,
    '--json',
  );
  const { findings } = (JSON.parse(stdout) as { plan: MigrationPlan }).plan;
  return {
    exitCode,
    codes: findings.filter(({ level }) => level === 'error').map(({ code, subject }) => `${code} ${subject}`),
  };
}

async function failureOf(...args: string[]): Promise<{ exitCode: number | null; code: string }> {
  const { exitCode, stdout } = await operator.mesh(...args, '--json');
  return { exitCode, code: (JSON.parse(stdout) as { error: { code: string } }).error.code };
}

describe('bad input ends with a code and changes nothing', () => {
  beforeAll(async () => {
    await resetShop();
  });
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'mesh-bent-'));
    operator = await Operator.open(join(directory, 'estate.yaml'));
  });
  afterEach(async () => {
    for (const vm of vmNames) expect((await vmShell(vm, 'ls -d /var/lib/meshway 2>/dev/null; exit 0')).stdout).toBe('');
    const owned = await kubectl([
      '-n',
      'shop',
      'get',
      'all,secrets,serviceentries.networking.istio.io,workloadgroups.networking.istio.io',
      '-l',
      'app.kubernetes.io/managed-by=meshway',
      '-o',
      'name',
    ]);
    expect(owned.stdout.trim()).toBe('');
  });
  afterAll(() => resetShop());

  it('unknown host keys', async () => {
    const empty = join(directory, 'known_hosts');
    await writeFile(empty, '');
    await bent((estate) => (estate.ssh.knownHostsFile = empty));
    expect(await discover()).toMatchObject({
      exitCode: 9,
      codes: expect.arrayContaining(['MW1101 vm-a', 'MW1101 vm-b']),
      hosts: [],
      clusters: 1,
    });
  });

  it('a host key that has changed; the other host is still read', async () => {
    const wrong = join(directory, 'known_hosts');
    const lines = (await readFile(labPaths().knownHosts, 'utf8')).split('\n');
    const keyOfB =
      lines
        .find((line) => line.startsWith('[10.200.0.12]'))
        ?.split(' ')
        .slice(1)
        .join(' ') ?? '';
    await writeFile(
      wrong,
      `${lines.filter((line) => !line.startsWith('10.200.0.11')).join('\n')}\n10.200.0.11 ${keyOfB}\n`,
    );
    await bent((estate) => (estate.ssh.knownHostsFile = wrong));
    expect(await discover()).toMatchObject({
      exitCode: 9,
      codes: expect.arrayContaining(['MW1102 vm-a']),
      hosts: ['vm-b'],
      clusters: 1,
    });
  });

  it('a host that is down; the other host is still read', async () => {
    await bent((estate) =>
      estate.hosts.filter(({ name }) => name === 'vm-a').forEach((host) => (host.address = '10.200.0.99')),
    );
    const found = await discover();
    expect(found).toMatchObject({ exitCode: 9, hosts: ['vm-b'], clusters: 1 });
    expect(found.codes.some((code) => /^MW110[34] vm-a$/.test(code))).toBe(true);
    expect(await plan()).toMatchObject({ exitCode: 7, codes: expect.arrayContaining(['MW1312 catalog']) });
  });

  it('a user that the host does not let in', async () => {
    await bent((estate) => estate.hosts.forEach((host) => (host.user = 'nobody-here')));
    expect(await discover()).toMatchObject({ exitCode: 9, codes: expect.arrayContaining(['MW1105 vm-a']), hosts: [] });
  });

  it('a user without sudo: facts yes, a plan that can be applied no', async () => {
    await vmShell(
      'vm-b',
      'useradd -m plain; install -d -o plain -m 700 ~plain/.ssh; install -o plain -m 600 ~ops/.ssh/authorized_keys ~plain/.ssh/',
    );
    await bent((estate) => estate.hosts.filter(({ name }) => name === 'vm-b').forEach((host) => (host.user = 'plain')));
    expect((await discover()).hosts).toContain('vm-b');
    expect(await plan()).toMatchObject({ exitCode: 7, codes: expect.arrayContaining(['MW1106 pricing']) });
    expect(await failureOf('migrate', 'apply', operator.plan)).toEqual({ exitCode: 7, code: 'MW1313' });
  });

  it('a host without iptables', async () => {
    await hideTools('vm-b', async () => {
      await bent(() => undefined);
      await discover();
      expect(await plan()).toMatchObject({ exitCode: 7, codes: expect.arrayContaining(['MW1107 pricing']) });
    });
  });

  it('a cluster that cannot be reached; the hosts are still read', async () => {
    await bent(async (estate) => {
      const [cluster] = estate.clusters;
      if (!cluster) throw new Error('the lab has no cluster');
      const away = join(directory, 'kubeconfig');
      await writeFile(away, (await readFile(cluster.kubeconfig, 'utf8')).replace(':6443', ':6444'), { mode: 0o600 });
      cluster.kubeconfig = away;
    });
    expect(await discover()).toMatchObject({
      exitCode: 9,
      codes: expect.arrayContaining(['MW1201 lab']),
      hosts: ['vm-a', 'vm-b'],
    });
  });

  it('a user whom RBAC forbids to read', async () => {
    await bent((estate) => estate.clusters.forEach((cluster) => (cluster.kubeconfig = labPaths().viewerKubeconfig)));
    expect(await discover()).toMatchObject({ exitCode: 9, codes: expect.arrayContaining(['MW1203 lab']) });
  });

  it('a user whom RBAC forbids to write finds out before the first change', async () => {
    await bent(() => undefined);
    await operator.makePlan();
    await bent((estate) => estate.clusters.forEach((cluster) => (cluster.kubeconfig = labPaths().viewerKubeconfig)));
    expect(await failureOf('migrate', 'apply', operator.plan)).toEqual({ exitCode: 9, code: 'MW1203' });
  });

  it('kinds that the cluster does not serve', async () => {
    await bent(() => undefined);
    await operator.makePlan();
    const {
      apiVersion: _,
      kind: __,
      formatVersion: ___,
      digest: ____,
      ...made
    } = readPlan(await readFile(operator.plan, 'utf8'), 'p', sha256Digest);
    const text = JSON.stringify(made).replaceAll('gateway.networking.k8s.io/v1', 'gateway.networking.k8s.io/v9');
    await writeFile(operator.plan, printPlan(seal(JSON.parse(text) as Parameters<typeof seal>[0], sha256Digest)));
    // It locks the plan that was made, not this one.
    await rm(lockFileOf(operator.plan));
    expect(await failureOf('migrate', 'apply', operator.plan)).toEqual({ exitCode: 9, code: 'MW1204' });
  });

  it('a twin that is not ready', async () => {
    await kubectl(['-n', 'shop', 'scale', 'deployment/catalog', '--replicas=0']);
    await bent(() => undefined);
    await discover();
    expect(await plan()).toMatchObject({ exitCode: 7, codes: expect.arrayContaining(['MW1308 catalog']) });
    await kubectl(['-n', 'shop', 'scale', 'deployment/catalog', '--replicas=2']);
  });

  it('a name that nothing resolves', async () => {
    await bent((estate) =>
      estate.services
        .filter(({ name }) => name === 'pricing')
        .forEach((service) => (service.hostname = 'pricing.nowhere.internal')),
    );
    await discover();
    expect(await plan()).toMatchObject({ exitCode: 7, codes: expect.arrayContaining(['MW1309 pricing']) });
  });
});

/** Takes the firewall programs of a host out of the way while something runs. */
async function hideTools(vm: VmName, work: () => Promise<void>): Promise<void> {
  await vmShell(vm, 'mkdir /root/hidden; for tool in /usr/sbin/*tables*; do mv "$tool" /root/hidden/; done');
  try {
    await work();
  } finally {
    await vmShell(vm, 'mv /root/hidden/* /usr/sbin/; rmdir /root/hidden');
  }
}
