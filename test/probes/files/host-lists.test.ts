import { describe, expect, it } from 'vitest';
import { codesOf, deployment, documents, estate, inventoryOfFiles, parsed, sources } from './sources.ts';

const inventory = '[vms]\nvm-a ansible_host=192.0.2.1 ansible_user=ops\nvm-b ansible_host=192.0.2.2\n';

describe('host lists among files', () => {
  it.each<[string, string, string]>([
    ['hosts', inventory, 'hosts'],
    ['inventory.ini', 'w1\n[all:vars]\nansible_user=x\n[b]\nw2\n', 'hosts'],
    ['config', 'Host w1\n  User ops\n', 'hosts'],
    ['list', 'w1\nops@w2:22\n', 'hosts'],
    ['terraform.tfstate', '{', 'hosts'],
    ['state.json', '{"version":4,"serial":1,"terraform_version":"1.9.0","resources":[]}', 'hosts'],
    ['inventory.yaml', '---\nall:\n  children:\n    web: { hosts: { w1: } }\n', 'hosts'],
    ['web.yaml', deployment('web'), 'manifests'],
    ['web.yaml', 'apiVersion: v1\nkind: ConfigMap\ndata:\n  hosts: a\n', 'manifests'],
    ['values.json', '{"a": 1}', 'manifests'],
    ['settings', 'A=1\nB=[x]\n', 'environment'],
    ['catalog.env', 'w1\n', 'environment'],
    ['empty', '', 'environment'],
  ])('%s with %j is for %s', (path, text, kind) => {
    expect(sources({ [path]: text })[0]?.kind).toBe(kind);
  });

  it.each([
    ['empty lines', `a:${'\n'.repeat(5_000)}b: 1\n`],
    ['lines of comment signs', `${'#'.repeat(80)}\n${'#'.repeat(80)}\na: 1\n---\n${'#'.repeat(4_000)}\n`],
  ])('take no longer for %s', (_, text) => {
    const startedAt = performance.now();
    expect(sources({ 'web.yaml': text })[0]?.kind).toBe('manifests');
    expect(codesOf(parsed({ 'web.yaml': text, 'other.yaml': deployment('web') }))).toEqual(['MW1034 web.yaml']);
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });

  it('become hosts of the estate that is derived, without facts', () => {
    const facts = parsed({
      hosts: inventory,
      'vm-b.env': 'X=1\n',
      'vm-c.env': 'X=1\n',
      'web.yaml': documents(deployment('web')),
    });
    expect(facts.estate.hosts.map(({ name, address, user }) => [name, address, user])).toEqual([
      ['vm-a', '192.0.2.1', 'ops'],
      ['vm-b', '192.0.2.2', 'unknown'],
      ['vm-c', 'vm-c', 'unknown'],
    ]);
    expect(inventoryOfFiles(facts).hosts).toEqual([]);
    expect(codesOf(facts)).toEqual([]);
  });

  it('add no host to an estate that is given, and are told', () => {
    const facts = parsed({ hosts: `${inventory}vm-y\nvm-z\n` }, estate);
    expect(facts.estate).toBe(estate);
    expect(
      facts.findings.filter(({ code }) => code === 'MW1057').map(({ level, message }) => `${level} ${message}`),
    ).toEqual([expect.stringMatching(/^info hosts: 2 of its hosts are not in the estate/)]);
  });

  it('are findings where they are broken, and lose nothing else', () => {
    const facts = parsed({
      'a.ini': '[a]\nvm-a ansible_host=192.0.2.1\nw_1\n',
      'b.ini': '[a]\nvm-a ansible_host=192.0.2.2\n',
      'web.yaml': deployment('web'),
    });
    expect(codesOf(facts)).toEqual(['MW1051 a.ini', 'MW1056 b.ini']);
    expect(facts.cluster.workloads).toHaveLength(1);
  });

  it('alone are nothing to discover, since nobody knows what runs there', () => {
    expect(() => parsed({ hosts: inventory })).toThrow(expect.objectContaining({ code: 'MW1041' }) as Error);
  });
});
