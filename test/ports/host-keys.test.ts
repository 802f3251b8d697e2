import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { knownHostKeys, scanHostKeys, trustHostKeys } from '../../src/ports/host-keys.ts';
import { OpenSsh } from '../../src/ports/ssh.ts';
import { freePort, sshdMissing, startSshd, type TestSshd } from './sshd.ts';

describe.skipIf(sshdMissing !== undefined)('host keys', () => {
  let sshd: TestSshd;
  beforeEach(async () => {
    sshd = await startSshd();
  });
  afterEach(async () => await sshd.stop());

  test('have the fingerprint that ssh-keygen prints', async () => {
    const [key] = await scanHostKeys(sshd.target);
    const printed = execFileSync('ssh-keygen', ['-lf', join(sshd.directory, 'host_key.pub')], { encoding: 'utf8' });
    expect(printed).toContain(` ${key?.fingerprint ?? 'none'} `);
  });

  test('once trusted let ssh in, and are found again', async () => {
    const file = join(sshd.directory, 'known_hosts');
    rmSync(file);
    expect(await knownHostKeys(sshd.target, file)).toEqual([]);
    const keys = await scanHostKeys(sshd.target);
    await trustHostKeys(sshd.target, keys, file);
    expect(await knownHostKeys(sshd.target, file)).toEqual(keys);
    const ssh = new OpenSsh();
    expect((await ssh.script(sshd.target, 'echo in', {}, { timeoutMs: 10_000 })).stdout).toBe('in\n');
    await ssh.close();
    expect(readFileSync(file, 'utf8').trim().split('\n')).toHaveLength(keys.length);
  });

  test('are found under hashed names', async () => {
    const file = join(sshd.directory, 'known_hosts');
    execFileSync('ssh-keygen', ['-H', '-f', file], { stdio: 'ignore' });
    expect(await knownHostKeys(sshd.target, file)).toEqual(await scanHostKeys(sshd.target));
  });

  test('of a host that is down are MW1103, behind a jump host MW1120', async () => {
    await expect(scanHostKeys({ ...sshd.target, port: await freePort() })).rejects.toMatchObject({ code: 'MW1103' });
    await expect(scanHostKeys({ ...sshd.target, jump: 'gate' })).rejects.toMatchObject({ code: 'MW1120' });
  });
});
