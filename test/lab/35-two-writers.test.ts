import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kubectl, resetShop, vmShell } from './handle.ts';
import { deployment, kube, namespace } from './kube-fixture.ts';
import type { Write } from './witness/holding-proxy.ts';
import type { MeshRun } from './witness/mesh.ts';
import { hostFile, twoWritersPlan } from './witness/two-writers-plan.ts';
import { type Moment, Writer } from './witness/writer.ts';

const write = (name: string, method: string, resource: string, skip = 0): Moment => ({
  ...{ name, skip },
  write: new RegExp(`^${method} .*/namespaces/${namespace}/${resource}$`),
});
const forward: Moment[] = [
  write('the first object', 'POST', 'services'),
  write('the route', 'POST', 'httproutes'),
  write('the record of what was there', 'POST', 'secrets'),
  write('a field of a Deployment', 'PATCH', 'deployments/web'),
  write('the weights', 'PUT', 'httproutes/made', 1),
  { name: 'a file on a host', script: 'write_file()' },
];
const back: Moment[] = [
  { name: 'taking a file from a host', script: 'remove_rest' },
  write('the weights back', 'PUT', 'httproutes/made', 1),
  write('giving a field back', 'PUT', 'deployments/web', 2),
  write('deleting the route', 'DELETE', 'httproutes/made'),
];

const writers: Writer[] = [];
const count = { updates: 0, creates: 0, hosts: 0, accepted: 0 };

async function open({ estate, plan }: { estate: string; plan: string }): Promise<Writer> {
  const writer = await Writer.open(estate, plan);
  writers.push(writer);
  return writer;
}

async function runOf(writer: Writer): Promise<string> {
  return (await readdir(join(writer.operator.directory, '.meshway', 'runs')))[0] ?? '';
}

/** What it ended with; that a plan has no lock file is only a note. */
const codeOf = ({ stderr, stdout }: MeshRun): string =>
  (`${stdout}\n${stderr}`.match(/MW\d{4}/g) ?? []).findLast((code) => code !== 'MW1378') ?? '';

async function onHost(): Promise<string> {
  const script = `find /var/lib/meshway -type f ! -path '*/runs/*' -exec sha256sum {} + 2>/dev/null | sort; true`;
  return (await vmShell(hostFile.host as 'vm-a', script)).stdout;
}

/** Objects as they are but for the Lease, which its holder renews. */
async function inCluster(): Promise<string> {
  const kinds = 'services,httproutes,secrets,deployments';
  return (await kubectl(['-n', namespace, 'get', kinds, '-o', 'yaml', '--show-managed-fields'])).stdout;
}

function tally({ writes, run, moment }: { writes: Write[]; run: MeshRun; moment: Moment }): void {
  for (const { method, status } of writes) {
    if (status < 300) count.accepted += 1;
    else if (method === 'POST') count.creates += 1;
    else count.updates += 1;
  }
  if ('script' in moment && `${run.stdout}${run.stderr}`.includes('MW1421')) count.hosts += 1;
}

/**
 * `former` is frozen with a write on its way. `next` takes the run over and is itself held at the same write: so nothing
 * but the takeover can be what refuses `former` when it wakes, and what it had sent arrives.
 */
async function takeOver(former: Writer, next: Writer, moment: Moment, ...args: string[]): Promise<void> {
  former.freeze();
  await next.start('migrate', ...args, '--adopt', await runOf(former));
  await next.heldAt(moment, true);
  const before = [await inCluster(), await onHost()];
  const run = await former.wake();
  expect([await inCluster(), await onHost()], moment.name).toEqual(before);
  const writes = former.writesSinceFrozen();
  console.log(
    `  ${moment.name}: ${writes.map(({ method, status }) => `${method} ${status}`).join(', ') || 'nothing sent to the cluster'}; it ended with ${run.exitCode} ${codeOf(run)}`,
  );
  expect(run.exitCode, `${moment.name}\n${run.stdout}\n${run.stderr}`).toBe(6);
  tally({ writes, run, moment });
}

async function cleanCluster(): Promise<void> {
  await kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--wait']);
  await kubectl(['create', 'namespace', namespace]);
  await kubectl(['apply', '-f', '-'], { input: JSON.stringify(deployment) });
}

describe('two writers', () => {
  beforeAll(async () => {
    await resetShop();
    await cleanCluster();
  });
  afterAll(async () => {
    for (const writer of writers) writer.close();
    await kubectl(['delete', 'validatingadmissionpolicybinding,validatingadmissionpolicy', '-l', 'meshway.dev/run']);
    await kubectl(['delete', 'namespace', namespace, '--wait=false']);
    await vmShell('vm-a', 'rm -rf /var/lib/meshway');
  });

  it('a holder that is frozen past its Lease changes nothing when it wakes, at any of its writes', async () => {
    const files = await twoWritersPlan(true);
    let holder = await open(files);
    const { plan } = holder.operator;
    const first = forward[0] as Moment;
    await holder.start('migrate', 'apply', plan);
    await holder.heldAt(first);
    for (const [at, moment] of forward.entries()) {
      const next = await open(files);
      await takeOver(holder, next, moment, 'apply', next.operator.plan);
      holder = next;
      const following = forward[at + 1];
      const held = following && holder.heldAt(following);
      holder.goOn();
      await held;
    }
    expect((await holder.ended()).exitCode).toBe(0);
    expect(await onHost()).toContain(hostFile.path);

    await holder.start('migrate', 'rollback', holder.operator.plan, '--yes');
    await holder.heldAt(back[0] as Moment);
    for (const [at, moment] of back.entries()) {
      const next = await open(files);
      await takeOver(holder, next, moment, 'rollback', next.operator.plan, '--yes');
      holder = next;
      const following = back[at + 1];
      const held = following && holder.heldAt(following);
      holder.goOn();
      await held;
    }
    const end = await holder.ended();
    expect(end.exitCode, `${end.stdout}\n${end.stderr}`).toBe(0);
    const { updates, creates, hosts, accepted } = count;
    console.log(
      `two writers: ${updates} updates refused, ${creates} creates refused, ${hosts} host changes refused, ${accepted} accepted`,
    );
    expect(accepted).toBe(0);
    expect(updates).toBeGreaterThanOrEqual(5);
    expect(creates).toBe(3);
    expect(hosts).toBe(2);
  });

  it('leaves nothing of either, no Lease and no policy', async () => {
    const left = await kubectl([
      ...['get', 'leases,services,httproutes,secrets,validatingadmissionpolicies,validatingadmissionpolicybindings'],
      ...['-A', '-l', 'app.kubernetes.io/managed-by=meshway', '-o', 'name'],
    ]);
    expect(left.stdout).toBe('');
    expect(await onHost()).toBe('');
    const web = await kube.get({ apiVersion: 'apps/v1', kind: 'Deployment', namespace, name: 'web' });
    expect(JSON.stringify(web?.metadata)).not.toContain('meshway');
  });

  it('the same state directory is refused while its holder is frozen, and unlock refuses too', async () => {
    const files = await twoWritersPlan(false);
    const holder = await open(files);
    await holder.start('migrate', 'apply', holder.operator.plan);
    await holder.heldAt(forward[0] as Moment);
    holder.freeze();
    const again = await holder.operator.mesh('migrate', 'apply', holder.operator.plan);
    expect([again.exitCode, codeOf(again)]).toEqual([6, 'MW1601']);
    const unlock = await holder.operator.mesh('migrate', 'unlock', holder.operator.plan, '--yes');
    expect([unlock.exitCode, codeOf(unlock)]).toEqual([6, 'MW1616']);
    // From another machine its Lease is seen to run out, and is given back.
    const other = await open(files);
    const given = await other.operator.must('migrate', 'unlock', other.operator.plan, '--yes');
    expect(given.stdout).toContain('held, and dead');
    const lease = await kubectl(['-n', namespace, 'get', 'leases', '-o', 'jsonpath={.items[*].spec.holderIdentity}']);
    expect(lease.stdout).toBe('');
  });

  it('control: without the policy a create that was on its way is stored, after another has taken the Lease', async () => {
    const holder = writers.at(-2) as Writer;
    const other = await open(await twoWritersPlan(false));
    await other.start('migrate', 'apply', other.operator.plan, '--adopt', await runOf(holder));
    await other.heldAt(forward[0] as Moment);
    const run = await holder.wake();
    const writes = holder.writesSinceFrozen().filter(({ method }) => method === 'POST');
    console.log(`  control, no policy: ${writes.map(({ method, status }) => `${method} ${status}`).join(', ')}`);
    expect(writes.map(({ status }) => status)).toEqual([201]);
    expect(run.exitCode).toBe(6);
    other.goOn();
  });

  it('control: an update that is on its way wins where a new holder restamps nothing', async () => {
    const holder = writers.at(-1) as Writer;
    await holder.heldAt(forward[3] as Moment);
    holder.freeze();
    const lease = `meshway-${await runOf(holder)}`;
    const spec = { metadata: { annotations: { 'meshway.dev/token': '99' } }, spec: { holderIdentity: 'somebody/1/0' } };
    await kubectl(['-n', namespace, 'patch', 'lease', lease, '--type', 'merge', '-p', JSON.stringify(spec)]);
    const run = await holder.wake();
    const updates = holder.writesSinceFrozen().filter(({ path }) => path.endsWith('/deployments/web'));
    console.log(`  control, no restamp: ${updates.map(({ method, status }) => `${method} ${status}`).join(', ')}`);
    expect(updates.map(({ status }) => status)).toEqual([200]);
    // It stops all the same, before its next step.
    expect(run.exitCode).toBe(6);
  });
});
