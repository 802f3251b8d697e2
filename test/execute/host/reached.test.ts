import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCheck } from '../../../src/execute/checks/index.ts';
import type { Check } from '../../../src/plans/check.ts';
import { HostFacts } from '../../../src/execute/operations/host/host-facts.ts';
import { REACHED_SCRIPT } from '../../../src/execute/operations/host/scripts/reached.ts';
import { fakeHost } from './fake-host.ts';
import { HostNamespace, namespaceMissing } from './host-namespace.ts';

if (namespaceMissing !== undefined) console.warn(`skipping the tests with real sockets: ${namespaceMissing}`);

describe.skipIf(namespaceMissing !== undefined)('who is connected to a port of a host', () => {
  let host: HostNamespace;
  const peers = (ports = '8080'): string[] => {
    const { status, stdout, stderr } = host.run(REACHED_SCRIPT, { ports });
    if (status !== 0) throw new Error(`status ${status}: ${stdout}${stderr}`);
    const facts = new HostFacts(stdout);
    expect(facts.has('looked')).toBe(true);
    return facts.all('peer');
  };
  beforeAll(() => {
    host = new HostNamespace();
  });
  afterAll(() => host.close());

  it('is nobody where nobody is', () => {
    expect(peers()).toEqual([]);
  });

  it('is a stranger while he is connected, and not any more when he has ended', () => {
    const connection = host.connect('stranger');
    expect([peers(), peers('8081 15006 8080'), peers('15006')]).toEqual([
      [HostNamespace.stranger],
      [HostNamespace.stranger],
      [],
    ]);
    connection.end();
    host.waitFor('! ss -Htn state established | grep -q :8080');
    expect(peers()).toEqual([]);
  });

  it('is a program of the host that calls it by its address, but not one that calls it by the loopback', () => {
    const own = host.connect('neighbour');
    expect(peers()).toEqual([HostNamespace.address]);
    own.end();
    host.waitFor('! ss -Htn state established | grep -q :8080');
    const loopback = host.connect('neighbour', '127.0.0.1', '127.0.0.1');
    expect(peers()).toEqual([]);
    loopback.end();
  });
});

describe('a unit that nobody reaches', () => {
  const check: Check = { check: 'unit.unreached', host: 'vm-a', unit: 'catalog.service', ports: [8080, 8081] };
  const answer = async (said: string): Promise<unknown> => {
    const { context } = fakeHost(new Map([[REACHED_SCRIPT, said]]));
    return await readCheck(check, context.world);
  };

  it('is one of which its host names no peer', async () => {
    const { context, sent } = fakeHost(new Map([[REACHED_SCRIPT, 'looked yes\n']]));
    expect(await readCheck(check, context.world)).toEqual({ answer: 'yes' });
    expect(sent[0]?.variables).toEqual({ ports: '8080 8081' });
  });

  it('is not one that somebody calls, whatever he is called', async () => {
    expect(await answer('peer 192.0.2.9\npeer fe80::1\nlooked yes\n')).toEqual({
      answer: 'no',
      why: 'catalog.service is still called by 192.0.2.9, fe80::1',
    });
    expect(await answer('peer \u001b[2J evil\nlooked yes\n')).toEqual({
      answer: 'no',
      why: 'catalog.service is still called by somebody',
    });
  });

  it('is not known where the host does not say, or cannot', async () => {
    expect(await answer('')).toMatchObject({ answer: 'unknown' });
  });
});
