import { describe, expect, it } from 'vitest';
import type { Estate } from '../../../src/estate/schema.ts';
import type { KubeObject } from '../../../src/ports/contracts.ts';
import { readCluster } from '../../../src/probes/kubernetes/index.ts';
import { claimsOf, nativeSidecarWish } from '../../../src/probes/kubernetes/parse-habits.ts';
import { parseRegistrations } from '../../../src/probes/kubernetes/parse-registrations.ts';
import { FakeKube } from '../../fakes/kube.ts';

const API = 'networking.istio.io/v1';
const object = (kind: string, name: string, rest: object = {}, metadata: object = {}): KubeObject => ({
  apiVersion: API,
  kind,
  metadata: { name, namespace: 'shop', ...metadata },
  ...rest,
});
const none = { workloadGroups: [], workloadEntries: [], leases: [] };

describe('who is registered', () => {
  it('is nothing where nobody looked or may, and empty where nobody is', () => {
    expect(parseRegistrations(undefined)).toEqual({});
    expect(parseRegistrations({ workloadGroups: null, workloadEntries: null, leases: null })).toEqual({});
    expect(parseRegistrations(none)).toEqual(none);
  });

  it('is groups with the labels of their entries, and who is asked how it is', () => {
    const workloadGroups = [
      object('WorkloadGroup', 'b', { spec: { metadata: { labels: { app: 'b' } }, probe: { httpGet: { port: 80 } } } }),
      object('WorkloadGroup', 'a', { spec: { template: { labels: { app: 'a' } } } }),
      object('WorkloadGroup', 'c', { spec: { probe: { later: {} } } }),
    ];
    expect(parseRegistrations({ ...none, workloadGroups }).workloadGroups).toEqual([
      { namespace: 'shop', name: 'a', labels: { app: 'a' } },
      { namespace: 'shop', name: 'b', labels: { app: 'b' }, probe: 'http' },
      { namespace: 'shop', name: 'c', labels: {}, probe: 'other' },
    ]);
  });

  it('is entries: by themselves, by hand, gone, ill', () => {
    const at = (address: string, condition?: string): object => ({
      spec: { address, labels: { app: 'x' } },
      ...(condition !== undefined && { status: { conditions: [{ type: 'Healthy', status: condition }] } }),
    });
    const workloadEntries = [
      object('WorkloadEntry', 'auto', at('192.0.2.1', 'True'), {
        annotations: { 'istio.io/autoRegistrationGroup': 'vms', 'istio.io/connectedAt': '2026-01-01T00:00:00Z' },
      }),
      object('WorkloadEntry', 'gone', at('192.0.2.2', 'False'), {
        annotations: { 'istio.io/disconnectedAt': '2026-01-01T00:00:00Z' },
        ownerReferences: [{ kind: 'WorkloadGroup', name: 'vms' }],
      }),
      object('WorkloadEntry', 'hand', at('192.0.2.3')),
    ];
    expect(parseRegistrations({ ...none, workloadEntries }).workloadEntries).toMatchObject([
      { name: 'auto', address: '192.0.2.1', group: 'vms', connected: true, healthy: 'yes', labels: { app: 'x' } },
      { name: 'gone', group: 'vms', connected: false, healthy: 'no' },
      { name: 'hand', connected: true, healthy: 'unknown' },
    ]);
    expect(parseRegistrations({ ...none, workloadEntries }).workloadEntries?.[2]).not.toHaveProperty('group');
  });

  it('is Leases that somebody holds', () => {
    const leases = ['web-1_x', '', null].map((holderIdentity, index) =>
      object('Lease', `l${index}`, { spec: { holderIdentity } }),
    );
    expect(parseRegistrations({ ...none, leases }).leases).toEqual([
      { namespace: 'shop', name: 'l0', holder: 'web-1_x' },
    ]);
  });

  it('is read in the namespaces of the estate, each list by itself', async () => {
    const kube = new FakeKube();
    const put = (kind: string, name: string, namespace: string): KubeObject =>
      kube.put({ apiVersion: API, kind, metadata: { name, namespace }, spec: { address: '192.0.2.1' } });
    put('WorkloadGroup', 'vms', 'shop');
    put('WorkloadEntry', 'e', 'shop');
    put('WorkloadEntry', 'hidden', 'other');
    kube.unserved.add('Lease (coordination.k8s.io/v1)');
    const facts = await readCluster(kube, { name: 'lab', namespaces: ['shop'] }, {} as Estate);
    expect(facts.workloadGroups?.map(({ name }) => name)).toEqual(['vms']);
    expect(facts.workloadEntries?.map(({ name }) => name)).toEqual(['e']);
    expect(facts.leases).toBeUndefined();
  });
});

describe('what pods ask for and keep', () => {
  it.each([
    ['true', { nativeSidecar: true }],
    ['false', { nativeSidecar: false }],
    ['yes', {}],
  ])('a native sidecar, asked by %s', (word, wish) => {
    expect(nativeSidecarWish({ annotations: { 'sidecar.istio.io/nativeSidecar': word } })).toEqual(wish);
    expect(nativeSidecarWish()).toEqual({});
  });

  it('volumes that outlive them, by claim and by template', () => {
    const volumes = [{ persistentVolumeClaim: { claimName: 'data' } }, {}];
    expect(claimsOf({ volumes }, [{ metadata: { name: 'blocks' } }])).toEqual(['blocks', 'data']);
    expect(claimsOf({})).toEqual([]);
  });
});
