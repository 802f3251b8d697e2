import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CREDENTIALS_SCRIPT, RESTART_PROXY_SCRIPT } from '../../../src/execute/operations/host/scripts/credentials.ts';
import { CHAIN } from '../../fakes/joined-hosts.ts';

let home = '';
const file = (name: string): string => join(home, name);
const digest = createHash('sha256').update(CHAIN).digest('hex');

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'proxy-'));
  mkdirSync(file('proxy'));
  writeFileSync(file('owner'), 'run r1\nplan sha256:x\ntoken 3\n');
  writeFileSync(file('cert.pem'), CHAIN);
  control('exit 1');
});
afterEach(() => rmSync(home, { recursive: true }));

function control(body: string): void {
  writeFileSync(file('proxy/control'), `#!/bin/sh\n${body}\n`);
  chmodSync(file('proxy/control'), 0o755);
}

/** The very script, in a directory of the test's own, with a systemctl that notes what it is told. */
function run(
  script: string,
  variables: Record<string, string> = {},
): { status: number | null; stdout: string; calls: string[] } {
  const all = {
    run: 'r1',
    plan: 'sha256:x',
    token: '3',
    unit: 'u',
    certificate: file('cert.pem'),
    digest: '',
    force: '',
    ...variables,
  };
  const given = Object.entries(all).map(([name, value]) => `${name}='${value}'\n`);
  const systemctl = `systemctl() { echo "$*" >> "${file('calls')}"; case $* in *ActiveState*) echo active ;; *MainPID*) echo 7 ;; esac; }\ntimeout() { shift; "$@"; }\nsleep() { :; }\n`;
  const input = `${given.join('')}${systemctl}${script.replaceAll('home=/var/lib/meshway', `home=${home}`)}`;
  const { status, stdout } = spawnSync('/bin/sh', ['-s'], { input, encoding: 'utf8' });
  const calls = existsSync(file('calls')) ? readFileSync(file('calls'), 'utf8').trim().split('\n') : [];
  return { status, stdout, calls };
}

describe('restarting the proxy of a joined host', () => {
  it('drops the certificate while nobody runs, and only the one that was judged', () => {
    const { status, stdout, calls } = run(RESTART_PROXY_SCRIPT, { digest });
    expect(status).toBe(0);
    expect(stdout).toContain(`dropped ${file('cert.pem')}\nrestarted u pid 7`);
    expect(existsSync(file('cert.pem'))).toBe(false);
    expect(calls.slice(0, 4)).toEqual(['daemon-reload', 'stop u', 'reset-failed u', 'start u']);
  });

  it('keeps one that was renewed meanwhile, one that is good, and what a link points to', () => {
    expect(run(RESTART_PROXY_SCRIPT, { digest: '0'.repeat(64) }).stdout).toBe('restarted u pid 7\n');
    expect(run(RESTART_PROXY_SCRIPT).stdout).toBe('restarted u pid 7\n');
    symlinkSync(file('cert.pem'), file('link.pem'));
    run(RESTART_PROXY_SCRIPT, { digest, certificate: file('link.pem') });
    expect(readFileSync(file('cert.pem'), 'utf8')).toBe(CHAIN);
  });

  it('leaves a proxy alone that has become ready, unless it is forced', () => {
    control('[ "$1" = ready ]');
    const left = run(RESTART_PROXY_SCRIPT, { digest });
    expect(left).toMatchObject({ status: 0, stdout: 'ready yes\n', calls: [] });
    expect(existsSync(file('cert.pem'))).toBe(true);
    expect(run(RESTART_PROXY_SCRIPT, { digest, force: 'yes' }).calls).toContain('stop u');
  });

  it.each([
    ['another run’s host', { run: 'r2' }, 'refused foreign\ndetail run r1\n'],
    ['a later holder’s host', { token: '2' }, 'refused stale\ndetail 3\n'],
  ])('refuses %s and does nothing', (_, variables, said) => {
    expect(run(RESTART_PROXY_SCRIPT, { digest, ...variables })).toMatchObject({ status: 3, stdout: said, calls: [] });
    expect(existsSync(file('cert.pem'))).toBe(true);
  });

  it('refuses a host that is nobody’s', () => {
    rmSync(file('owner'));
    expect(run(RESTART_PROXY_SCRIPT)).toMatchObject({
      status: 3,
      stdout: 'refused foreign\ndetail nobody\n',
      calls: [],
    });
  });
});

describe('looking at the credentials of a host', () => {
  it('tells owner, proxy, certificate and expiry, and changes nothing', () => {
    const payload = Buffer.from(JSON.stringify({ exp: 1_780_000_000 })).toString('base64url');
    writeFileSync(file('token'), `e30.${payload}.c2lnbmF0dXJl`);
    const { status, stdout } = run(CREDENTIALS_SCRIPT, { token: file('token') });
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^begin \d+\.\d+\nowner r1\ninstalled yes\nactive active\ncertificate -----BEGIN CERTIFICATE-----\n/,
    );
    expect(stdout).toMatch(new RegExp(`digest ${digest}\nexpiry 1780000000\nend \\d+\\.\\d+\n$`));
    expect(stdout).not.toContain('c2lnbmF0dXJl');
  });
});
