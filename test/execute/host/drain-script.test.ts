import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DRAIN_SCRIPT } from '../../../src/execute/operations/host/scripts/units.ts';

let home = '';
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'drain-'));
  mkdirSync(join(home, 'proxy'));
  writeFileSync(join(home, 'owner'), 'run r1\nplan sha256:x\ntoken 3\n');
});
afterEach(() => rmSync(home, { recursive: true }));

/** The very script, with a proxy whose agent answers from the given try on, and a kernel that knows these connections. */
function drain(answersFrom: number, connections: string, state = 'active'): { status: number | null; stdout: string } {
  const control = join(home, 'proxy', 'control');
  const tries = join(home, 'tries');
  writeFileSync(
    control,
    `#!/bin/sh
case $1 in ports) echo 15001 15006; exit 0 ;; esac
echo x >> ${tries}
[ "$(grep -c x ${tries})" -ge ${answersFrom} ] || { echo "connection refused" >&2; exit 1; }
`,
  );
  chmodSync(control, 0o755);
  const stubs = `
systemctl() { case $* in *InvocationID*) echo 1 ;; *ActiveState*) echo ${state} ;; esac; }
timeout() { shift; "$@"; }
sleep() { :; }
ss() { printf '%s' '${connections}'; }
run='r1' plan='sha256:x' token='3' proxy_unit='u'
`;
  const rest = DRAIN_SCRIPT.replaceAll('home=/var/lib/meshway', `home=${home}`).replaceAll('$(in_force)', '');
  const { status, stdout } = spawnSync('/bin/sh', ['-s'], { input: `${stubs}${rest}`, encoding: 'utf8' });
  return { status, stdout: stdout.trim() };
}

describe('asking a proxy to let its clients go', () => {
  it('waits for one that has just been started', () => {
    expect(drain(4, '')).toEqual({ status: 0, stdout: 'draining yes' });
  });

  it('asks one that still settles its start, and none that is not there', () => {
    expect(drain(1, '', 'activating')).toEqual({ status: 0, stdout: 'draining yes' });
    expect(drain(1, '', 'inactive')).toEqual({ status: 0, stdout: 'left 0' });
    expect(drain(1, '', 'failed')).toEqual({ status: 0, stdout: 'left 0' });
  });

  it('has nothing to ask of one that never answers and holds nobody', () => {
    expect(drain(1000, '')).toEqual({ status: 0, stdout: 'left 0' });
  });

  it('is refused by one that never answers and holds somebody', () => {
    const { status, stdout } = drain(1000, 'ESTAB 0 0 10.0.0.1:15006 10.0.0.2:40000');
    expect(status).not.toBe(0);
    expect(stdout).toContain('connection refused');
  });
});
