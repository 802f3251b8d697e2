import { appendFileSync, chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { estateSchema, type Estate } from '../../src/estate/schema.ts';
import type { Inventory } from '../../src/inventory/schema.ts';
import { systemClock } from '../../src/ports/clock.ts';
import type { KubePort } from '../../src/ports/contracts.ts';
import { OpenSsh } from '../../src/ports/ssh.ts';
import { discover } from '../../src/probes/discover.ts';
import { sshdMissing, startSshd, type TestSshd } from '../ports/sshd.ts';
import { expectHarmless } from './reports.ts';

/** Each host does what its login shell is told to; all but the first are hostile or broken. */
const logins = (directory: string): Record<string, string | undefined> => ({
  good: undefined,
  // 50 MB of connections from a program that calls itself ss.
  flood: `PATH=${directory}:$PATH exec /bin/sh -s`,
  loud: String.raw`printf '\033[2J\033]0;owned\007\n::error::forged\n##vso[task.complete]\n\200\377\n'; printf '\033[31mMOTD\n' >&2; exec /bin/sh -s`,
  mute: 'exit 0',
  gone: 'kill -9 $PPID',
});

const fakeSs = `#!/bin/sh
yes 'tcp ESTAB 0 0 10.0.0.1:4000 10.0.0.2:80 users:(("x",pid=1,fd=1))' | head -c 52428800
`;

describe.skipIf(sshdMissing !== undefined)('hosts that send what they like, over a real sshd', () => {
  const directory = mkdtempSync(join(tmpdir(), 'mesh-hostile-'));
  const sshds: Record<string, TestSshd> = {};
  let [inventory, estate]: [Inventory?, Estate?] = [];

  beforeAll(async () => {
    writeFileSync(join(directory, 'ss'), fakeSs);
    chmodSync(join(directory, 'ss'), 0o755);
    for (const [name, forceCommand] of Object.entries(logins(directory)))
      sshds[name] = await startSshd(forceCommand === undefined ? {} : { forceCommand });
    estate = estateOf(sshds, directory);
    const ssh = new OpenSsh();
    const ports = { ssh, clock: systemClock(), kube: (): KubePort => ({}) as KubePort };
    inventory = await discover(estate, ports, { estateDigest: 'sha256:x', isOnlyRound: true });
    await ssh.close();
  }, 60_000);
  afterAll(async () => {
    for (const sshd of Object.values(sshds)) await sshd.stop();
    rmSync(directory, { recursive: true });
  });

  it('the others are read all the same', () => {
    expect(inventory?.hosts.map(({ name }) => name)).toEqual(['flood', 'good', 'loud']);
    expect(inventory?.hosts.find(({ name }) => name === 'good')?.listeners.length).toBeGreaterThan(0);
  });

  it('each that is not understood is a finding with a code', () => {
    const codes = Map.groupBy(inventory?.findings ?? [], ({ subject }) => subject);
    const codesOf = (name: string): string[] => (codes.get(name) ?? []).map(({ code }) => code);
    expect(
      codesOf('mute')
        .concat(codesOf('gone'))
        .every((code) => /^MW11\d\d$/.test(code)),
    ).toBe(true);
    expect([codesOf('mute').length, codesOf('gone').length]).toEqual([1, 1]);
    expect(codesOf('flood')).toContain('MW1109');
    expect(codesOf('good')).not.toContain('MW1109');
  });

  it('nothing of it reaches a report', () => {
    expect(JSON.stringify(inventory)).not.toMatch(/owned|forged|vso|MOTD/);
    expectHarmless(inventory!, estate!);
  });
});

/** One estate has one key and one file of known hosts: every server lets the first one's key in. */
function estateOf(sshds: Record<string, TestSshd>, directory: string): Estate {
  const all = Object.values(sshds);
  const identityFile = all[0]?.target.identityFile ?? '';
  for (const sshd of all)
    appendFileSync(join(sshd.directory, 'authorized_keys'), readFileSync(`${identityFile}.pub`, 'utf8'));
  const knownHostsFile = join(directory, 'known_hosts');
  const known = all.map((sshd) => readFileSync(join(sshd.directory, 'known_hosts'), 'utf8'));
  writeFileSync(knownHostsFile, known.join(''));
  return estateSchema.parse({
    apiVersion: 'meshway/v1alpha1',
    kind: 'Estate',
    name: 'shop',
    provider: { name: 'istio', cluster: 'lab' },
    ssh: { identityFile, knownHostsFile },
    hosts: Object.entries(sshds).map(
      ([
        name,
        {
          target: { address, port, user },
        },
      ]) => ({ name, address, port, user }),
    ),
    services: [{ name: 'shop', workload: { host: 'good', unit: 'shop.service' } }],
  });
}
