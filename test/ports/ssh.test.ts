import { createHash } from 'node:crypto';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { MeshError } from '../../src/errors/mesh-error.ts';
import { OpenSsh } from '../../src/ports/ssh.ts';
import { freePort, sshdMissing, startSshd, waitFor, type TestSshd } from './sshd.ts';

const options = { timeoutMs: 10_000 };
const isRoot = process.getuid?.() === 0;

async function codeOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason as MeshError,
  );
  return error?.code ?? 'no error';
}

if (sshdMissing !== undefined) console.warn(`skipping the tests with a real sshd: ${sshdMissing}`);

describe.skipIf(sshdMissing !== undefined)('OpenSsh against a real sshd', () => {
  let sshd: TestSshd;
  let ssh: OpenSsh;

  beforeEach(async () => {
    sshd = await startSshd();
    ssh = new OpenSsh();
  });
  afterEach(async () => {
    await ssh.close();
    await sshd.stop();
  });

  test('runs a script with variables, and returns its status', async () => {
    const hostile = `it's $(touch pwned) \`x\` "q"\n\\n;&|`;
    const result = await ssh.script(
      sshd.target,
      'printf %s "$value"; echo oops >&2; exit 7',
      { value: hostile },
      options,
    );
    expect(result).toEqual({ exitCode: 7, stdout: hostile, stderr: 'oops\n' });
  });

  test('a command of the script cannot swallow the rest of the script', async () => {
    const result = await ssh.script(sshd.target, 'cat\necho after', {}, options);
    expect(result.stdout).toBe('after\n');
  });

  test('uses one connection for all scripts, also at once', async () => {
    await Promise.all([1, 2, 3, 4].map((number) => ssh.script(sshd.target, `echo ${number}`, {}, options)));
    await ssh.script(sshd.target, 'true', {}, options);
    expect(sshd.logins()).toBe(1);
  });

  test('the only round has one connection, and leaves none behind for a second', async () => {
    const alone = { ...options, isOnlyRound: true };
    expect((await ssh.script(sshd.target, 'echo alone', {}, alone)).stdout).toBe('alone\n');
    expect(sshd.logins()).toBe(1);
    await ssh.script(sshd.target, 'true', {}, options);
    expect(sshd.logins()).toBe(2);
  });

  test('the only round goes over a connection that is shared already', async () => {
    await ssh.script(sshd.target, 'true', {}, options);
    await ssh.script(sshd.target, 'true', {}, { ...options, isOnlyRound: true });
    expect(sshd.logins()).toBe(1);
  });

  test('an unknown host key is MW1101', async () => {
    const nobody = { ...sshd.target, knownHostsFile: join(sshd.directory, 'none') };
    expect(await codeOf(ssh.script(nobody, 'true', {}, options))).toBe('MW1101');
  });

  test('a changed host key is MW1102', async () => {
    await sshd.changeHostKey();
    expect(await codeOf(ssh.script(sshd.target, 'true', {}, options))).toBe('MW1102');
  });

  test('a key that the host does not accept is MW1105', async () => {
    const stranger = { ...sshd.target, identityFile: join(sshd.directory, 'stranger') };
    expect(await codeOf(ssh.script(stranger, 'true', {}, options))).toBe('MW1105');
  });

  test('a user whom the host does not know is MW1105', async () => {
    expect(await codeOf(ssh.script({ ...sshd.target, user: 'nobody-here' }, 'true', {}, options))).toBe('MW1105');
  });

  test('a host that is down is MW1103', async () => {
    const down = { ...sshd.target, port: await freePort() };
    expect(await codeOf(ssh.script(down, 'true', {}, options))).toBe('MW1103');
  });

  test('a name that does not resolve is MW1113', async () => {
    expect(await codeOf(ssh.script({ ...sshd.target, address: 'no-such-host.invalid' }, 'true', {}, options))).toBe(
      'MW1113',
    );
  });

  test('names that ssh or a shell could misread are MW1110, before anything runs', async () => {
    const bad = [
      { address: '-oProxyCommand=id' },
      { address: 'a b' },
      { user: 'root;id' },
      { user: '-l' },
      { jump: '-x' },
      { jump: 'u@h:22;id' },
    ];
    for (const change of bad)
      expect(await codeOf(ssh.script({ ...sshd.target, ...change }, 'true', {}, options))).toBe('MW1110');
    expect(sshd.log()).not.toContain('Connection from');
  });

  test('a command that takes too long is MW1104, and the connection works afterwards', async () => {
    expect(await codeOf(ssh.script(sshd.target, 'sleep 20', {}, { timeoutMs: 1_500 }))).toBe('MW1104');
    expect((await ssh.script(sshd.target, 'echo again', {}, options)).stdout).toBe('again\n');
  });

  test('more output than allowed is MW1109', async () => {
    const flood = ssh.script(
      sshd.target,
      'while :; do echo 0123456789; done',
      {},
      { ...options, maxOutputBytes: 10_000 },
    );
    expect(await codeOf(flood)).toBe('MW1109');
  });

  test('a connection that died between two scripts is opened again', async () => {
    await ssh.script(sshd.target, 'true', {}, options);
    sshd.cutConnections();
    expect((await ssh.script(sshd.target, 'echo back', {}, options)).stdout).toBe('back\n');
    expect(sshd.logins()).toBe(2);
  });

  test('a connection that dies during a script is MW1114, and nothing is run again', async () => {
    const marker = join(sshd.directory, 'ran');
    const lost = codeOf(ssh.script(sshd.target, 'echo x >> "$marker"; sleep 20', { marker }, options));
    await waitFor(() => existsSync(marker));
    sshd.cutConnections();
    expect(await lost).toBe('MW1114');
    expect(readFileSync(marker, 'utf8')).toBe('x\n');
  });

  test('a new login does not use the shared connection', async () => {
    await ssh.script(sshd.target, 'true', {}, options);
    await ssh.freshLogin(sshd.target, options);
    expect(sshd.logins()).toBe(2);
  });

  test('a new login that cannot resolve the name is MW1116', async () => {
    expect(await codeOf(ssh.freshLogin(sshd.target, { ...options, lookup: 'no-such-host.invalid' }))).toBe('MW1116');
  });

  test('reaches the host through a jump host, with strict host keys there too', async () => {
    const jump = `${userInfo().username}@127.0.0.1:${sshd.target.port}`;
    expect((await ssh.script({ ...sshd.target, jump }, 'echo jumped', {}, options)).stdout).toBe('jumped\n');
    expect(sshd.logins()).toBe(2);
    const other = await startSshd();
    const untrusted = { ...sshd.target, jump: `${userInfo().username}@127.0.0.1:${other.target.port}` };
    expect(await codeOf(ssh.script(untrusted, 'true', {}, options))).toBe('MW1101');
    await other.stop();
  });

  test.skipIf(!isRoot)('uploads a file once, with its digest and mode', async () => {
    const { localPath, sha256, remotePath } = bigFile(sshd.directory);
    const file = { localPath, remotePath, sha256, mode: '0640' };
    await ssh.upload(sshd.target, file, options);
    expect(createHash('sha256').update(readFileSync(remotePath)).digest('hex')).toBe(sha256);
    const first = statSync(remotePath);
    expect(first.mode & 0o777).toBe(0o640);
    await ssh.upload(sshd.target, file, options);
    expect(statSync(remotePath).ino).toBe(first.ino);
    expect(sshd.logins()).toBe(1);
  });

  test.skipIf(!isRoot)('a file with another digest is MW1115 and leaves nothing', async () => {
    const { localPath, remotePath } = bigFile(sshd.directory);
    const file = { localPath, remotePath, sha256: '0'.repeat(64), mode: '0644' };
    expect(await codeOf(ssh.upload(sshd.target, file, options))).toBe('MW1115');
    expect(existsSync(remotePath) || existsSync(`${remotePath}.upload`)).toBe(false);
  });
});

function bigFile(directory: string): { localPath: string; remotePath: string; sha256: string } {
  const localPath = join(directory, 'artifact');
  const bytes = Buffer.alloc(3_000_000, 'meshway\n');
  writeFileSync(localPath, bytes);
  return {
    localPath,
    remotePath: join(directory, 'received', 'artifact'),
    sha256: createHash('sha256').update(bytes).digest('hex'),
  };
}
