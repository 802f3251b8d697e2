import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isMeshError } from '../../../src/errors/index.ts';
import type { Estate } from '../../../src/estate/schema.ts';
import { clusterFactsSchema } from '../../../src/inventory/cluster-schema.ts';
import type { KubeListQuery, KubeObject, KubePort } from '../../../src/ports/contracts.ts';
import { readCluster } from '../../../src/probes/kubernetes/index.ts';
import { keepDefinition, keepLean, keepMarks, keepPod } from '../../../src/probes/kubernetes/keep.ts';
import { keepWorkload } from '../../../src/probes/kubernetes/keep-workload.ts';
import { quantityOf } from '../../../src/probes/kubernetes/parse-quantity.ts';

const keys = [
  ...['labels', 'annotations', 'ownerReferences', 'managedFields', 'deletionTimestamp', 'name', 'kind', 'controller'],
  ...[
    'template',
    'jobTemplate',
    'spec',
    'containers',
    'initContainers',
    'env',
    'value',
    'ports',
    'selector',
    'matchLabels',
  ],
  ...[
    'status',
    'phase',
    'podIP',
    'conditions',
    'versions',
    'group',
    'names',
    'hard',
    'used',
    'metrics',
    'scaleTargetRef',
  ],
  ...['workloadRef', 'strategy', 'lifecycle', 'replicas', 'webhooks', 'rules', 'ingress', 'podSelector', '__proto__'],
];
const anything = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'medium' },
    fc.constantFrom(null, 1, -1, 1e308, true, '', 'kuma.io', 'CronJob', '10%', '\u001B[2J', '\n::error::x'),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...keys), tie('value'), { maxKeys: 4 }),
  ),
})).value;
const hostileObject = fc
  .record({ metadata: anything, spec: anything, status: anything })
  .map(({ metadata, ...rest }): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Any',
    ...rest,
    metadata: { ...(metadata as object), name: 'odd', namespace: 'shop' },
  }));

/** A server that gives the same odd object for everything. */
function serverOf(object: KubeObject): KubePort {
  const list = async ({ apiVersion, kind, keep = (one) => one }: KubeListQuery): Promise<KubeObject[]> => {
    const kept = keep({ ...structuredClone(object), apiVersion, kind });
    return await Promise.resolve(kept === undefined ? [] : [kept]);
  };
  const port: Pick<KubePort, 'cluster' | 'list' | 'get' | 'identity'> = {
    cluster: 'lab',
    list,
    get: async ({ apiVersion, kind }) => (await list({ apiVersion, kind }))[0] ?? null,
    identity: async () => await Promise.resolve({ version: 'v1.34.4', uid: 'u' }),
  };
  return port as KubePort;
}

describe('a server that says anything', () => {
  it('gives facts within their schema, or MW1209, and never a crash', async () => {
    let understood = 0;
    await fc.assert(
      fc.asyncProperty(hostileObject, async (object) => {
        try {
          const facts = await readCluster(serverOf(object), { name: 'lab', namespaces: ['shop'] }, {} as Estate);
          clusterFactsSchema.parse(facts);
          understood += 1;
        } catch (error) {
          if (!isMeshError(error, 'MW1209')) throw error;
        }
      }),
      { numRuns: 1000 },
    );
    expect(understood).toBeGreaterThan(0);
  });

  it.each([
    ['keepLean', keepLean],
    ['keepPod', keepPod],
    ['keepDefinition', keepDefinition],
    ['keepMarks', keepMarks],
    ['keepWorkload', keepWorkload],
  ])('is taken by %s whatever it says: what it throws would look like a broken connection', (_, keep) => {
    fc.assert(
      fc.property(hostileObject, (object) => {
        expect(keep(object).metadata.name).toBe('odd');
      }),
    );
  });
});

describe('quantities', () => {
  it.each([
    ['100m', 0.1],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['2Gi', 2 * 2 ** 30],
    ['1e3', 1000],
    ['5k', 5000],
    [4, 4],
    ['-1', undefined],
    ['1 Gi', undefined],
    ['Gi', undefined],
    ['1e99', undefined],
    ['', undefined],
    [null, undefined],
    ['9'.repeat(400), undefined],
  ])('%j is %j', (value, expected) => {
    expect(quantityOf(value)).toBe(expected);
  });
});
