import { describe, expect, it } from 'vitest';
import { backendsIn, setWeights } from '../../../../src/execute/operations/kube/route-shape.ts';
import type { KubeObject } from '../../../../src/ports/contracts.ts';

const destination = (name: string, weight: number): object => ({
  destination: { host: `${name}.shop.svc.cluster.local`, port: { number: 9091 } },
  weight,
});
const route = {
  apiVersion: 'networking.istio.io/v1',
  kind: 'VirtualService',
  metadata: { name: 'ledger', namespace: 'shop' },
  spec: {
    hosts: ['ledger.shop.internal'],
    tcp: [{ match: [{ port: 9091 }], route: [destination('ledger-vm', 100), destination('ledger-k8s', 0)] }],
  },
} as unknown as KubeObject;

describe('the weights of a VirtualService for TCP', () => {
  it('are found by the first label of each destination', () => {
    expect(backendsIn(route)).toEqual([
      [
        { name: 'ledger-vm', weight: 100 },
        { name: 'ledger-k8s', weight: 0 },
      ],
    ]);
  });

  it('are set, and all else stays as it was', () => {
    const set = setWeights(
      route,
      new Map([
        ['ledger-vm', 0],
        ['ledger-k8s', 100],
      ]),
    );
    expect(set['spec']).toEqual({
      hosts: ['ledger.shop.internal'],
      tcp: [{ match: [{ port: 9091 }], route: [destination('ledger-vm', 0), destination('ledger-k8s', 100)] }],
    });
    expect(backendsIn(route)[0]?.[0]?.weight).toBe(100);
  });

  it('are none where the object is of another shape', () => {
    const http = { ...route, spec: { http: [{ route: [destination('ledger-vm', 100)] }] } } as unknown as KubeObject;
    expect(backendsIn(http)).toEqual([]);
    expect(backendsIn({ ...route, spec: { tcp: [{ route: 'x' }] } })).toEqual([]);
  });
});
