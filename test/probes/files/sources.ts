import { estateSchema, type Estate } from '../../../src/estate/schema.ts';
import { assemble } from '../../../src/inventory/assemble.ts';
import { inventorySchema, type Inventory } from '../../../src/inventory/schema.ts';
import { parseFiles, type FileFacts } from '../../../src/probes/files/index.ts';
import { sourceOf, type SourceText } from '../../../src/probes/files/source.ts';

/** Sources of texts, by path. */
export function sources(texts: Readonly<Record<string, string>>): SourceText[] {
  return Object.entries(texts).map(([path, text]) => sourceOf(path, text));
}

/** What the probe makes of some texts. */
export function parsed(texts: Readonly<Record<string, string>>, estate?: Estate): FileFacts {
  return parseFiles({ sources: sources(texts), findings: [] }, estate);
}

/** The inventory of some texts, checked against its schema. */
export function inventoryOfFiles(facts: FileFacts): Inventory {
  const { estate, cluster, environments, compose, findings } = facts;
  const observed = { estate, hosts: [], clusters: [cluster], environments, compose, findings };
  return inventorySchema.parse(
    assemble({ ...observed, estateDigest: 'sha256:x', capturedAt: '2026-01-01T00:00:00.000Z' }),
  );
}

/** `caller → callee:port sources`, without what is the same for all. */
export function edgesOf(inventory: Inventory): string[] {
  return inventory.dependencies.map(({ from, to, port, evidence }) => {
    const by = [...new Set(evidence.map(({ source }) => source))].join('+');
    return `${from.replace('k8s/files/default/', '')} → ${to}:${port} ${by}`;
  });
}

/** `MW1033 error shop.yaml`, one a finding. */
export function codesOf({ findings }: Pick<FileFacts, 'findings'>): string[] {
  return findings.filter(({ code }) => code !== 'MW1042').map(({ code, subject }) => `${code} ${subject}`);
}

/** A Deployment, with what differs of its one container. */
export function deployment(name: string, container: object = {}, metadata: object = {}): string {
  return JSON.stringify({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, ...metadata },
    spec: {
      selector: { matchLabels: { app: name } },
      template: { metadata: { labels: { app: name } }, spec: { containers: [{ name: 'main', ...container }] } },
    },
  });
}

/** A Service before the Deployment of the same name. */
export function service(name: string, port = 80, targetPort?: number | string): string {
  const ports = [{ port, ...(targetPort === undefined ? {} : { targetPort }) }];
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name },
    spec: { selector: { app: name }, ports },
  });
}

/** Documents of one file. */
export function documents(...texts: string[]): string {
  return texts.join('\n---\n');
}

/** catalog on vm-a, with a twin; web in Kubernetes calls it. */
export const estate: Estate = estateSchema.parse({
  apiVersion: 'meshway/v1alpha1',
  kind: 'Estate',
  name: 'shop',
  provider: { name: 'istio', cluster: 'main' },
  hosts: [
    { name: 'vm-a', address: '192.0.2.11', user: 'ops' },
    { name: 'vm-b', address: '192.0.2.12', user: 'ops' },
  ],
  clusters: [{ name: 'main', namespaces: ['shop'] }],
  services: [
    { name: 'web', workload: { cluster: 'main', namespace: 'shop', kind: 'Deployment', name: 'web' } },
    {
      name: 'catalog',
      hostname: 'catalog.shop.internal',
      port: 8080,
      workload: { host: 'vm-a', unit: 'catalog.service' },
      twin: { cluster: 'main', namespace: 'shop', kind: 'Deployment', name: 'catalog' },
    },
    { name: 'pricing', port: 8081, workload: { host: 'vm-b', unit: 'pricing.service' } },
    { name: 'prices-db', port: 5432, workload: { host: 'vm-a', unit: 'postgresql.service' } },
  ],
});
