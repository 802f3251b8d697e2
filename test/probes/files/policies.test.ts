import { expect, it } from 'vitest';
import { deployment, documents, edgesOf, inventoryOfFiles, parsed, service } from './sources.ts';

const shop = [
  deployment('web'),
  deployment('catalog', { ports: [{ name: 'api', containerPort: 9000 }] }),
  deployment('cron', {}, { namespace: 'jobs' }),
  service('catalog', 80, 'api'),
];
const app = (name: string): object => ({ podSelector: { matchLabels: { app: name } } });
const edgesWith = (spec: object): string[] => {
  const policy = { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'p' }, spec };
  return edgesOf(inventoryOfFiles(parsed({ 'a.yaml': documents(...shop, JSON.stringify(policy)) })));
};
const web = 'Deployment/web → service/catalog:80 network-policy';
const toCatalog = (...rules: object[]): object => ({ ...app('catalog'), ingress: rules });

it.each<[string, object, string[]]>([
  ['names both ends and the pods’ port', toCatalog({ from: [app('web')], ports: [{ port: 9000 }] }), [web]],
  ['names the port', toCatalog({ from: [app('web')], ports: [{ port: 'api' }] }), [web]],
  ['names a range of ports', toCatalog({ from: [app('web')], ports: [{ port: 8000, endPort: 9999 }] }), [web]],
  ['names no port', toCatalog({ from: [app('web')] }), [web]],
  ['goes out', { ...app('web'), egress: [{ to: [app('catalog')], ports: [{ port: 9000 }] }] }, [web]],
  [
    'names a port that no Service leads to',
    toCatalog({ from: [app('web')], ports: [{ port: 9001 }] }),
    ['Deployment/web → service/catalog:9001 network-policy'],
  ],
  [
    'names a namespace by its name',
    toCatalog({
      from: [{ ...app('cron'), namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'jobs' } } }],
    }),
    ['k8s/files/jobs/Deployment/cron → service/catalog:80 network-policy'],
  ],
  [
    'uses expressions',
    toCatalog({ from: [{ podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['web'] }] } }] }),
    [web],
  ],
  ['lets everybody in', toCatalog({}), []],
  ['lets every pod in', toCatalog({ from: [{ podSelector: {} }] }), []],
  ['lets addresses in', toCatalog({ from: [{ ipBlock: { cidr: '192.0.2.0/24' } }] }), []],
  ['lets a namespace in', toCatalog({ from: [{ namespaceSelector: { matchLabels: { team: 'a' } } }] }), []],
  ['is for all pods', { podSelector: {}, ingress: [{ from: [app('web')] }] }, []],
  ['is for other protocols', toCatalog({ from: [app('web')], ports: [{ port: 9000, protocol: 'UDP' }] }), []],
  ['lets nobody in', app('catalog'), []],
])('a policy that %s', (_, spec, expected) => {
  expect(edgesWith(spec)).toEqual(expected);
});

it('policies that would make more edges than anybody reads are cut, and that is said', () => {
  const workloads = Array.from({ length: 200 }, (_, index) =>
    deployment(`w${index}`, { ports: [{ containerPort: 1 }] }).replaceAll(`"app":"w${index}"`, '"app":"w"'),
  );
  const policy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'p' },
    spec: { ...app('w'), ingress: [{ from: [app('w')], ports: [{ port: 1 }] }] },
  };
  const facts = parsed({ 'a.yaml': documents(...workloads, JSON.stringify(policy)) });
  expect(facts.cluster.allowedCalls).toHaveLength(20_000);
  expect(facts.findings.map(({ code }) => code)).toContain('MW1031');
});
