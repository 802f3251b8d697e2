import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import type { Estate } from '../../../src/estate/schema.ts';
import type { ClusterFacts } from '../../../src/inventory/schema.ts';
import type { KubeManifest } from '../../../src/plans/operation.ts';
import { readCluster } from '../../../src/probes/kubernetes/index.ts';
import { FakeKube } from '../../fakes/kube.ts';
import { root } from '../../run-mesh.ts';

/** Definitions and objects that nobody here wrote; see the note beside them. They are not in the repository. */
const shared = join(root, '..', 'shared');
const hasShared = existsSync(join(shared, 'crds')) && existsSync(join(shared, 'inputs'));

function documents(pattern: string): KubeManifest[] {
  return globSync(pattern, { cwd: shared }).flatMap((file) =>
    // In one of the files a separator has lost its line.
    parseAllDocuments(readFileSync(join(shared, file), 'utf8').replaceAll('{}---', '{}\n---')).flatMap(
      (document): KubeManifest[] => {
        const value = document.errors.length > 0 ? undefined : (document.toJS() as KubeManifest | null);
        return typeof value?.metadata?.name === 'string' && typeof value.kind === 'string' ? [value] : [];
      },
    ),
  );
}

async function discovered(objects: readonly KubeManifest[], namespaces: string[]): Promise<ClusterFacts> {
  const kube = new FakeKube();
  for (const object of objects) kube.put(object);
  return await readCluster(kube, { name: 'lab', namespaces }, {} as Estate);
}

describe.skipIf(!hasShared)('definitions of real meshes (needs ../shared)', () => {
  it('are told by the systems that brought them, and those of ended ones are leftovers with their objects', async () => {
    const facts = await discovered([...documents('crds/*/*.yaml'), ...documents('inputs/smi/*.yaml')], ['default']);
    const groups = new Set(Object.keys(facts.crds).map((name) => name.replace(/^[^.]+\./, '')));
    expect([...groups].sort()).toEqual([
      'access.smi-spec.io',
      'appmesh.k8s.aws',
      'kuma.io',
      'policy.linkerd.io',
      'specs.smi-spec.io',
      'split.smi-spec.io',
      'workload.linkerd.io',
    ]);
    expect(
      facts.leftovers?.map(({ crd }) => crd.replace(/^[^.]+\./, '')).filter((group) => /kuma|linkerd/.test(group)),
    ).toEqual([]);
    expect(facts.leftovers).toHaveLength(11);
    expect(facts.gatewayCrds).toEqual([]);
  });

  it('are workloads and calls of a real application, as an API server has them', async () => {
    const objects = documents('inputs/online-boutique/*.yaml').map((object) => ({
      ...object,
      metadata: { ...object.metadata, namespace: 'default' },
    }));
    const { workloads, allowedCalls = [], unread } = await discovered(objects, ['default']);
    expect(workloads).toHaveLength(objects.filter(({ kind }) => kind === 'Deployment').length);
    expect(workloads.length).toBeGreaterThan(10);
    expect(allowedCalls.map(({ from, to }) => `${from.name} ${to.name}`)).toContain('frontend checkoutservice');
    expect(unread).toBeUndefined();
  });
});
