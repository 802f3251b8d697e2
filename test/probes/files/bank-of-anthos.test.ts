import { describe, expect, it } from 'vitest';
import { estateSchema } from '../../../src/estate/schema.ts';
import { codesOf, edgesOf, inventoryOfFiles, parsed } from './sources.ts';
import { missingInputs, readInputs } from './inputs.ts';

const missing = missingInputs('bank-of-anthos');
const inputs = readInputs('bank-of-anthos');
const HOSTNAME = 'ledgermonolith-service.c.demo.internal';

const pick = (...names: string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, inputs[name] ?? '']));
const pods = (kind: string, name: string): object => ({ cluster: 'bank', namespace: 'bank', kind, name });

/** The bank with its ledger on a VM: three services in one unit, and PostgreSQL beside it. */
const estate = estateSchema.parse({
  apiVersion: 'meshway/v1alpha1',
  kind: 'Estate',
  name: 'bank',
  provider: { name: 'istio', cluster: 'bank' },
  hosts: [{ name: 'ledger-vm', address: '192.0.2.20', user: 'ops' }],
  clusters: [{ name: 'bank', namespaces: ['bank'] }],
  services: [
    ...['frontend', 'contacts', 'userservice', 'loadgenerator'].map((name) => ({
      name,
      workload: pods('Deployment', name),
    })),
    { name: 'accounts-db', protocol: 'tcp', workload: pods('StatefulSet', 'accounts-db') },
    {
      name: 'ledgermonolith',
      hostname: HOSTNAME,
      port: 8080,
      workload: { host: 'ledger-vm', unit: 'ledgermonolith.service' },
    },
    { name: 'ledger-db', port: 5432, protocol: 'tcp', workload: { host: 'ledger-vm', unit: 'postgresql.service' } },
  ],
});

describe.skipIf(missing !== undefined)(`Bank of Anthos${missing === undefined ? '' : ` (skipped: ${missing})`}`, () => {
  it('with its ledger on a VM has the edges of its manifests and of the environment file', () => {
    const names = [
      'frontend.yaml',
      'contacts.yaml',
      'userservice.yaml',
      'accounts-db.yaml',
      'loadgenerator.yaml',
      'ledgermonolith.env',
    ];
    const config = (inputs['ledgermonolith-config.yaml'] ?? '').replaceAll(
      'c.[PROJECT_ID].internal',
      'c.demo.internal',
    );
    const facts = parsed({ ...pick(...names), 'config.yaml': config }, estate);
    const edges = edgesOf(inventoryOfFiles(facts)).map((edge) => edge.replace('k8s/bank/bank/', ''));
    console.log(['Bank of Anthos with ledgermonolith on a VM:', ...edges.map((edge) => `  ${edge}`)].join('\n'));
    expect(edges).toEqual([
      'Deployment/contacts → service/accounts-db:5432 files',
      'Deployment/frontend → service/contacts:8080 files',
      'Deployment/frontend → service/ledgermonolith:8080 files',
      'Deployment/frontend → service/userservice:8080 files',
      'Deployment/loadgenerator → service/frontend:80 files',
      'Deployment/userservice → service/accounts-db:5432 files',
      'vm/ledger-vm/ledgermonolith.service → service/ledger-db:5432 files',
    ]);
    expect(codesOf(facts)).toEqual([]);
    expect(JSON.stringify(facts)).not.toMatch(/accounts-pwd|bankofanthos"/);
  });

  it('in Kubernetes alone has three edges that its code does not use', () => {
    const { 'ledgermonolith-config.yaml': _config, 'ledgermonolith.env': _env, ...rest } = inputs;
    const edges = edgesOf(inventoryOfFiles(parsed(rest)));
    console.log(['Bank of Anthos in Kubernetes:', ...edges.map((edge) => `  ${edge}`)].join('\n'));
    // ledgerwriter gets the addresses of all services by `envFrom`; of these its code calls balancereader.
    const unused = ['contacts', 'transactionhistory', 'userservice'].map(
      (name) => `Deployment/ledgerwriter → service/${name}:8080 files`,
    );
    expect(edges).toEqual(expect.arrayContaining(unused));
    expect(edges.filter((edge) => !unused.includes(edge))).toEqual([
      'Deployment/balancereader → service/ledger-db:5432 files',
      'Deployment/contacts → service/accounts-db:5432 files',
      'Deployment/frontend → service/balancereader:8080 files',
      'Deployment/frontend → service/contacts:8080 files',
      'Deployment/frontend → service/ledgerwriter:8080 files',
      'Deployment/frontend → service/transactionhistory:8080 files',
      'Deployment/frontend → service/userservice:8080 files',
      'Deployment/ledgerwriter → service/balancereader:8080 files',
      'Deployment/ledgerwriter → service/ledger-db:5432 files',
      'Deployment/loadgenerator → service/frontend:80 files',
      'Deployment/transactionhistory → service/ledger-db:5432 files',
      'Deployment/userservice → service/accounts-db:5432 files',
    ]);
  });

  it('with both of its configurations says that they are two', () => {
    expect(codesOf(parsed(inputs)).map((line) => line.slice(0, 6))).toEqual(['MW1036', 'MW1036', 'MW1036']);
  });
});
