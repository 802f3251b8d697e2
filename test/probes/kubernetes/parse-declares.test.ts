import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/ports/contracts.ts';
import { readDeclares } from '../../../src/probes/kubernetes/parse-declares.ts';
import { parseWorkloads } from '../../../src/probes/kubernetes/parse-workloads.ts';

const object = (kind: string, name: string, namespace: string, rest: object = {}): KubeObject => ({
  apiVersion: 'v1',
  kind,
  metadata: { name, namespace },
  ...rest,
});

describe('a peer that a workload declares', () => {
  it('may have the short name of a Service of its namespace', () => {
    const env = [{ name: 'TO', value: 'catalog:8080,nobody:1,12:34' }];
    const web = object('Deployment', 'web', 'shop', { spec: { template: { spec: { containers: [{ env }] } } } });
    const declaredBy = (namespace: string): unknown =>
      parseWorkloads([web], [], [object('Service', 'catalog', namespace)])[0]?.declares;
    expect(declaredBy('shop')).toEqual([{ host: 'catalog', port: 8080, from: 'environment' }]);
    expect(declaredBy('other')).toEqual([]);
  });

  it('may stand in a JDBC URL', () => {
    const args = ['jdbc:postgresql://db/shop', '-d=jdbc:mysql://u:p@mysql.shop:3307/x'];
    expect(readDeclares([{ args }]).map(({ host, port }) => `${host}:${port}`)).toEqual(['db:5432', 'mysql.shop:3307']);
  });
});
