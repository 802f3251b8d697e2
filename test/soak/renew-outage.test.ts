import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROXY_UNIT } from '../../src/plans/host-paths.ts';
import { expireToken } from '../lab/expired.ts';
import { resetShop, vms, vmShell } from '../lab/handle.ts';
import { pause } from '../lab/host-clients.ts';
import { quickEstate } from '../lab/witness/estate.ts';
import { Operator } from '../lab/witness/mesh.ts';
import { credentialsNow, isReady, mainPid, meshedRequests, registered, renewJson } from '../lab/witness/renewal.ts';
import { openTraffic } from '../lab/witness/traffic.ts';

let operator: Operator;

/**
 * The host was up all the time, its control plane out of reach: the proxy is ready still, on a certificate that has
 * ended. Certificates of 150 s, two of which fit into the cut, stand for those of a day.
 */
describe('a proxy that ran through the outage', () => {
  const CUT = `OUTPUT -p tcp --dport 15012 -j DROP`;

  beforeAll(async () => {
    await resetShop();
    await openTraffic();
    operator = await Operator.open(await quickEstate());
    await operator.makePlan();
    await operator.must('migrate', 'apply', operator.plan, '--to', 'join-catalog');
    await vmShell(
      'vm-b',
      `echo SECRET_TTL=150s >> /var/lib/meshway/proxy/proxy.env; rm /var/lib/meshway/proxy/etc/certs/cert-chain.pem; systemctl restart ${PROXY_UNIT}`,
    );
    for (let wait = 0; wait < 60 && !(await isReady('vm-b')); wait++) await pause(500);
    await expireToken('vm-b');
    await vmShell('vm-b', `iptables-nft -A ${CUT}`);
    await pause(170_000);
    await vmShell('vm-b', `iptables-nft -D ${CUT}`);
  });
  afterAll(() => resetShop());

  test('is ready, does not come back into the mesh by itself, and takes a new token without a restart', async () => {
    await pause(40_000);
    expect(await isReady('vm-b')).toBe(true);
    expect((await credentialsNow(operator)).hosts['vm-b']).toMatchObject({
      level: 'error',
      outcome: 'due',
      restart: false,
    });
    const pid = await mainPid('vm-b');
    const began = Date.now();
    const { exitCode, hosts } = await renewJson(operator, '--host', 'vm-b');
    console.log(`renewed in ${((Date.now() - began) / 1000).toFixed(1)} s: ${JSON.stringify(hosts)}`);
    expect({ exitCode, outcome: hosts[0]?.outcome }).toEqual({ exitCode: 0, outcome: 'renewed' });
    expect(await mainPid('vm-b')).toBe(pid);
    expect(await registered()).toContain(`pricing-vm-${vms['vm-b'].address}`);
    expect(await meshedRequests(5)).toBeGreaterThan(50);
  });
});
