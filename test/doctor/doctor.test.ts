import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DoctorReport } from '../../src/doctor/check.ts';
import { isAtLeast, parseVersion } from '../../src/doctor/check.ts';
import { checkNode } from '../../src/doctor/local-checks.ts';
import { runMesh } from '../run-mesh.ts';

let bin: string;

/** A tiny real program on PATH. */
function program(name: string, body: string): void {
  const file = join(bin, name);
  writeFileSync(file, `#!/bin/sh\n${body}\n`);
  chmodSync(file, 0o755);
}

async function doctor(): Promise<{ report: DoctorReport; exitCode: number | null }> {
  const { stdout, exitCode } = await runMesh(['doctor', '--json'], { env: { PATH: bin } });
  return { report: JSON.parse(stdout) as DoctorReport, exitCode };
}

function statusOf(report: DoctorReport, id: string): string | undefined {
  return report.checks.find((check) => check.id === id)?.status;
}

describe('mesh doctor', () => {
  beforeEach(() => {
    bin = mkdtempSync(join(tmpdir(), 'mesh-doctor-'));
    program('ssh', 'echo "OpenSSH_9.6p1, OpenSSL 3.0" >&2');
    program('ssh-keyscan', 'exit 1');
    program('ssh-keygen', 'exit 1');
    program('ssh-add', 'echo "256 SHA256:abc me (ED25519)"');
  });
  afterEach(() => rmSync(bin, { recursive: true }));

  it('is content with a machine that has all', async () => {
    const { report, exitCode } = await doctor();
    expect(report.checks.map(({ id, status }) => [id, status])).toEqual([
      ['node', 'ok'],
      ['ssh', 'ok'],
      ['ssh-key-tools', 'ok'],
      ['ssh-agent', 'ok'],
    ]);
    expect(exitCode).toBe(0);
  });

  it('ends with 9 when the ssh client is missing, and names the fix', async () => {
    rmSync(join(bin, 'ssh'));
    const { report, exitCode } = await doctor();
    expect(report.checks.find(({ id }) => id === 'ssh')).toMatchObject({
      status: 'failed',
      fix: expect.any(String) as string,
    });
    expect(report.ok).toBe(false);
    expect(exitCode).toBe(9);
  });

  it.each(['OpenSSH_7.4p1', 'Dropbear v2022.83'])('refuses %s', async (banner) => {
    program('ssh', `echo "${banner}" >&2`);
    expect(statusOf((await doctor()).report, 'ssh')).toBe('failed');
  });

  it('only warns of an agent without keys', async () => {
    program('ssh-add', 'echo "The agent has no identities."; exit 1');
    const { report, exitCode } = await doctor();
    expect(statusOf(report, 'ssh-agent')).toBe('warning');
    expect(exitCode).toBe(0);
  });

  it('prints a hostile version harmlessly', async () => {
    program('ssh', `printf '\\033[2JOpenSSH_9.6\\n' >&2`);
    const { stdout } = await runMesh(['doctor'], { env: { PATH: bin } });
    expect(stdout).toContain('\\u{1b}[2JOpenSSH_9.6');
  });
});

describe('versions', () => {
  it('compare by number', () => {
    expect(isAtLeast(parseVersion('v22.22.0')!, [22, 22])).toBe(true);
    expect(isAtLeast(parseVersion('v22.9.0')!, [22, 22])).toBe(false);
    expect(parseVersion('none')).toBeUndefined();
    expect(checkNode('v20.20.2')).toMatchObject({ status: 'failed' });
  });
});
