import { describe, expect, it } from 'vitest';
import type { Estate } from '../../../src/estate/schema.ts';
import { readCluster } from '../../../src/probes/kubernetes/index.ts';
import { FakeKube } from '../../fakes/kube.ts';

const cluster = { name: 'lab', namespaces: ['shop'] };

describe('readCluster', () => {
  it("reads the estate's namespaces and finds the control plane wherever it is", async () => {
    const kube = new FakeKube();
    const web = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { selector: { matchLabels: { app: 'web' } } },
    };
    kube.put(web);
    kube.put({ ...web, metadata: { name: 'hidden', namespace: 'other' } });
    kube.put({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: 'istiod', namespace: 'mesh', labels: { app: 'istiod' } },
      spec: { clusterIP: '192.0.2.10' },
    });
    const facts = await readCluster(kube, cluster, {} as Estate);
    expect(facts.workloads.map(({ name }) => name)).toEqual(['web']);
    expect(facts.mesh).toMatchObject({ rootNamespace: 'mesh', discovery: { address: '192.0.2.10', port: 15012 } });
    expect(kube.writes).toEqual([]);
  });

  it('passes on the code of a cluster that cannot be asked', async () => {
    const kube = new FakeKube();
    kube.unserved.add('Deployment (apps/v1)');
    await expect(readCluster(kube, cluster, {} as Estate)).rejects.toMatchObject({ code: 'MW1204' });
  });
});
