import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import type { Assessment } from '../../src/assess/schema.ts';
import type { Inventory } from '../../src/inventory/schema.ts';
import { estate } from '../lab/estate.ts';
import { places } from '../lab/paths.ts';
import { resetShop } from '../lab/handle.ts';
import { shopNamespace } from '../lab/shop/manifests.ts';
import { service } from '../lab/shop/units.ts';
import { recreateGuardedVm, startDocker } from '../lab/vm/guarded.ts';
import { inVm } from '../lab/vm/machine.ts';
import { ownClockVm, removeOwnClockVm, startOwnClockVm } from '../lab/vm/own-clock.ts';
import { Operator } from '../lab/witness/mesh.ts';

const PUBLISHED = 8090;

/** What is odd on vm-b: a second unit, one that nobody reaches, and one that speaks first and does not say so. */
const odd = [
  { name: 'stock', port: 8082, options: '-listen :8082' },
  { name: 'hidden', port: 8085, options: '-listen 127.0.0.1:8085' },
  { name: 'ledger', port: 9090, options: '-listen tcp://:9090', protocol: 'tcp' },
];

async function startUnits(): Promise<void> {
  for (const { name, options } of odd) {
    const unit = service('vm-b', name, options);
    await inVm(
      'vm-b',
      `cat > /etc/systemd/system/${unit.name} <<'END'\n${unit.text}END\nsystemctl daemon-reload && systemctl enable --now --quiet ${unit.name}`,
    );
  }
}

/** The lab's estate, with what is odd, a container that somebody takes for a service, and a machine whose clock is behind. */
async function oddEstate(knownHostsFile: string): Promise<string> {
  const small = await estate();
  const hosts = [...(small['hosts'] as object[]), { name: ownClockVm.name, address: ownClockVm.address, user: 'ops' }];
  const more = [...odd, { name: 'published', port: PUBLISHED, unit: 'docker' }].map(
    ({ name, options: _, ...rest }: Odd) => ({
      name,
      hostname: `${name}.shop.internal`,
      port: rest.port,
      ...(rest.protocol === undefined ? {} : { protocol: rest.protocol }),
      state: 'local',
      workload: { host: 'vm-b', unit: `${rest.unit ?? name}.service` },
      namespace: shopNamespace,
    }),
  );
  const file = join(await mkdtemp(join(tmpdir(), 'mesh-odd-')), 'estate.yaml');
  const ssh = { identityFile: places.sshKey(), knownHostsFile };
  await writeFile(file, stringify({ ...small, ssh, hosts, services: [...small.services, ...more] }), { mode: 0o600 });
  return file;
}

interface Odd {
  name: string;
  port: number;
  options?: string;
  protocol?: string;
  unit?: string;
}

describe('what is odd in an estate', () => {
  let found: string[] = [];
  let inventory: Inventory;

  beforeAll(async () => {
    await resetShop();
    const [knownHosts] = await Promise.all([startOwnClockVm(), recreateGuardedVm('vm-b')]);
    await startUnits();
    await startDocker('vm-b', PUBLISHED);
    const operator = await Operator.open(await oddEstate(knownHosts));
    await operator.must('discover', '--active', '-o', 'inventory.json');
    inventory = JSON.parse(await readFile(join(operator.directory, 'inventory.json'), 'utf8')) as Inventory;
    const { stdout } = await operator.mesh('assess', '-i', 'inventory.json', '--json');
    const { findings } = JSON.parse(stdout) as Assessment;
    found = findings.map(({ check, code, subject }) => `${check} ${code} ${subject}`);
  });
  afterAll(async () => {
    await removeOwnClockVm();
    await resetShop();
  });

  it.each([
    ['a container that listens where the estate has a service', 'V8 MW1061 published'],
    ['containers with a network of their own', 'V8 MW1740 vm-b'],
    ['a server that speaks first, heard without a word from us', 'P2 MW1748 ledger'],
    ['a service that listens on loopback alone', 'V15 MW1710 vm/vm-b/hidden.service'],
    ['several units on one machine', 'V13 MW1325 vm-b'],
    ['a clock that is behind', `V4 MW1117 ${ownClockVm.name}`],
  ])('%s is found: %s', (_what, expected) => {
    expect(found).toContain(expected);
  });

  it('has the clock of its own at what it was set to', () => {
    const { clockOffsetMs = 0, os } = inventory.hosts.find(({ name }) => name === ownClockVm.name) ?? {};
    console.log(`${ownClockVm.name}: kernel ${os?.kernel}, ${(clockOffsetMs / 1000).toFixed(1)} s behind`);
    expect(clockOffsetMs).toBeGreaterThan(ownClockVm.behindMs - 60_000);
    expect(clockOffsetMs).toBeLessThan(ownClockVm.behindMs + 60_000);
  });

  it('names the container with its image and its port', () => {
    const { containers } = inventory.hosts.find(({ name }) => name === 'vm-b') ?? {};
    expect(JSON.stringify(containers)).toContain('"name":"published"');
    expect(JSON.stringify(containers)).toContain(String(PUBLISHED));
  });
});
