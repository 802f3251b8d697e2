import { describe, expect, it } from 'vitest';
import type { World } from '../../src/execute/handler.ts';
import { ownedThings } from '../../src/execute/owned.ts';
import { stampObject } from '../../src/execute/operations/kube/ownership.ts';
import { FakeKube } from '../fakes/kube.ts';

describe('owned things', () => {
  it('are those of all clusters and hosts, with the run that made each', async () => {
    const kube = new FakeKube();
    const stamp = { run: 'r1', planDigest: 'sha256:p', step: 'join/identity', token: 1 };
    for (const namespace of ['shop', 'mesh'])
      await kube.create(
        stampObject({ apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'pricing-vm', namespace } }, stamp),
      );
    kube.put({ apiVersion: 'v1', kind: 'Service', metadata: { name: 'theirs', namespace: 'shop' } });
    const estate = {
      clusters: [{ name: 'lab', namespaces: ['shop'] }],
      hosts: [{ name: 'vm-b', address: '192.0.2.12', port: 22, user: 'ops' }],
      services: [{ name: 'pricing', namespace: 'mesh', workload: { host: 'vm-b', unit: 'pricing.service' } }],
      ssh: {},
    };
    const ssh = {
      script: () => Promise.resolve({ exitCode: 0, stdout: 'owner r2\nleft /var/lib/meshway\n', stderr: '' }),
    };
    expect(await ownedThings({ estate, ssh, kube: () => kube } as unknown as World)).toEqual([
      { run: 'r1', thing: 'cluster lab: ServiceAccount shop/pricing-vm (step join/identity)' },
      { run: 'r1', thing: 'cluster lab: ServiceAccount mesh/pricing-vm (step join/identity)' },
      { run: 'r2', thing: 'host vm-b: /var/lib/meshway' },
    ]);
  });
});
