import { describe, expect, it } from 'vitest';
import { codesOf, deployment, documents, edgesOf, estate, inventoryOfFiles, parsed, service } from './sources.ts';

const env = (variables: Record<string, string>): object => ({
  env: Object.entries(variables).map(([name, value]) => ({ name, value })),
});
const configMap = (name: string, data: object): string =>
  JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data });
const edges = (texts: Record<string, string>): string[] => edgesOf(inventoryOfFiles(parsed(texts)));

describe('manifests without an estate', () => {
  it('become one, with a service for each workload', () => {
    const text = documents(
      deployment('web', env({ TO: 'catalog:8080' })),
      deployment('catalog'),
      service('catalog', 8080),
    );
    const facts = parsed({ 'shop.yaml': text });
    expect(facts.estate.services.map(({ name }) => name)).toEqual(['catalog', 'web']);
    const inventory = inventoryOfFiles(facts);
    expect(edgesOf(inventory)).toEqual(['Deployment/web → service/catalog:8080 files']);
    expect(inventory.clusters[0]).toMatchObject({ name: 'files', origin: 'files', mesh: null });
    expect(inventory.workloads[0]?.evidence).toMatchObject([{ source: 'files', confidence: 'declared' }]);
    expect(inventory.findings.map(({ code, level }) => `${code} ${level}`)).toEqual(['MW1042 info']);
  });

  it('tell apart workloads of one name', () => {
    const text = documents(deployment('web'), deployment('web', {}, { namespace: 'b' }));
    expect(parsed({ 'a.yaml': text }).estate.services.map(({ name }) => name)).toEqual(['web', 'web.default']);
  });

  it('have services with names that an inventory holds, however long theirs are', () => {
    const long = 'a'.repeat(253);
    expect(parsed({ 'a.yaml': deployment(long) }).estate.services.map(({ name }) => name)).toEqual(['service.0']);
    expect(inventoryOfFiles(parsed({ 'a.yaml': deployment(long) })).workloads[0]?.id).toContain(long);
  });

  it('that hold nothing are an error that says what was found instead', () => {
    expect(() => parsed({ 'a.yaml': '[' })).toThrow(
      expect.objectContaining({ code: 'MW1041', details: [expect.stringContaining('a.yaml, line 1')] }) as Error,
    );
  });

  it.each<[string, string, string[]]>([
    ['a short name', 'catalog:80', ['Deployment/web → service/catalog:80 files']],
    ['a URL', 'http://catalog/x', ['Deployment/web → service/catalog:80 files']],
    ['a full name', 'catalog.default.svc.cluster.local:80', ['Deployment/web → service/catalog:80 files']],
    ['a JDBC URL', 'jdbc:postgresql://u:p@catalog/db', ['Deployment/web → service/catalog:5432 files']],
    ['a name of another namespace', 'catalog.other:80', []],
    ['a name nobody has', 'nobody:80', []],
    ['a time', '12:34', []],
  ])('have edges of %s', (_, value, expected) => {
    expect(
      edges({ 'a.yaml': documents(deployment('web', env({ TO: value })), deployment('catalog'), service('catalog')) }),
    ).toEqual(expected);
  });

  it('take literal values from ConfigMaps, as a kubelet does', () => {
    const web = deployment('web', {
      env: [
        { name: 'A', valueFrom: { configMapKeyRef: { name: 'one', key: 'a' } } },
        { name: 'B', value: 'b:2' },
        { name: 'P', valueFrom: { configMapKeyRef: { name: 'one', key: 'password' } } },
        { name: 'S', valueFrom: { secretKeyRef: { name: 'one', key: 'a' } } },
      ],
      envFrom: [
        { configMapRef: { name: 'two' }, prefix: 'X_' },
        { configMapRef: { name: 'gone' } },
        { secretRef: { name: 's' } },
      ],
    });
    const maps = [configMap('one', { a: 'a:1', password: 'c:3' }), configMap('two', { B: 'd:4', API_TOKEN: 'c:5' })];
    const callees = ['a', 'b', 'c', 'd'].flatMap((name) => [deployment(name), service(name)]);
    const facts = parsed({ 'a.yaml': documents(web, ...maps, ...callees) });
    expect(edgesOf(inventoryOfFiles(facts))).toEqual([
      'Deployment/web → service/a:1 files',
      'Deployment/web → service/b:2 files',
      'Deployment/web → service/d:4 files',
    ]);
    expect(codesOf(facts)).toEqual(['MW1040 a.yaml, document 1']);
  });

  it('name a ConfigMap that is missing as it can be printed', () => {
    const facts = parsed({ 'a.yaml': deployment('web', { envFrom: [{ configMapRef: { name: '\u0000\u202e' } }] }) });
    expect(facts.findings[0]?.message).toContain('from ConfigMap ??, which');
  });

  it('never look into Secrets', () => {
    const secret = JSON.stringify({
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 's' },
      stringData: { U: 'catalog:80' },
    });
    const web = deployment('web', { envFrom: [{ secretRef: { name: 's' } }] });
    const facts = parsed({ 'a.yaml': documents(secret, web, deployment('catalog'), service('catalog')) });
    expect(JSON.stringify(facts)).not.toContain('catalog:80');
    expect(inventoryOfFiles(facts).dependencies).toEqual([]);
  });

  it('may be lists, also in lists', () => {
    const items = [deployment('web', env({ TO: 'catalog:80' })), deployment('catalog'), service('catalog')].map(
      (text) => JSON.parse(text) as unknown,
    );
    const list = { apiVersion: 'v1', kind: 'List', items: [{ apiVersion: 'apps/v1', kind: 'DeploymentList', items }] };
    expect(edges({ 'a.json': JSON.stringify(list) })).toHaveLength(1);
  });

  it('may say null where they say nothing', () => {
    const text =
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web, labels: }\nspec:\n  replicas:\n  template:\n    spec: { containers: [{ name: a, env: }] }\n';
    expect(codesOf(parsed({ 'a.yaml': text }))).toEqual([]);
  });
});

describe('objects that are wrong', () => {
  const good = deployment('good');
  it.each<[string, string, string]>([
    ['no kind', '{ "apiVersion": "v1" }', 'MW1034'],
    ['a text', 'just text', 'MW1034'],
    ['a list', '[1, 2]', 'MW1034'],
    ['the values of a chart', 'replicas: 1', 'MW1034'],
    ['no name', 'apiVersion: v1\nkind: Service\nmetadata: {}', 'MW1035'],
    ['a name that is an option', deployment('--all'), 'MW1035'],
    ['a name that is shell', deployment('$(reboot)'), 'MW1035'],
    ['a name with an escape', deployment('a\u001b[31m'), 'MW1035'],
    ['a name with bidirectional marks', deployment('a\u202eb'), 'MW1035'],
    ['a path for a name', deployment('../../etc'), 'MW1035'],
    ['a number for a value', deployment('web', { env: [{ name: 'A', value: 1 }] }), 'MW1035'],
    ['a text for containers', deployment('web').replace('[{"name":"main"}]', '"x"'), 'MW1035'],
    ['ports out of range', service('web', 70_000), 'MW1035'],
    ['labels longer than an inventory holds', deployment('web', {}, { labels: { a: 'x'.repeat(300) } }), 'MW1035'],
    ['a namespace longer than names are', deployment('web', {}, { namespace: 'x'.repeat(300) }), 'MW1035'],
    ['the same again', good, 'MW1036'],
    [
      'a kind that is not read',
      deployment('web').replace('apps/v1', 'argoproj.io/v1').replace('Deployment', 'Rollout'),
      'MW1037',
    ],
    ['an API that is no more', deployment('web').replace('apps/v1', 'extensions/v1beta1'), 'MW1037'],
    [
      'pods in a template of a template',
      'apiVersion: batch/v1\nkind: CronJob\nspec: { jobTemplate: { spec: { template: { spec: { containers: [] } } } } }',
      'MW1037',
    ],
    ['pods of their own', 'apiVersion: v1\nkind: Pod\nspec: { containers: [] }', 'MW1037'],
  ])('with %s are a finding, and lose no other', (_, bad, code) => {
    const facts = parsed({ 'a.yaml': documents(good, bad) });
    expect(codesOf(facts)).toEqual([`${code} a.yaml, document 2`]);
    expect(facts.cluster.workloads.map(({ name }) => name)).toEqual(['good']);
    for (const { message, subject } of facts.findings) expect(message + subject).not.toMatch(/[\p{Cc}\u202e]/u);
  });

  it('by the hundred are counted', () => {
    const facts = parsed({ 'a.yaml': documents(good, ...Array.from({ length: 150 }, () => '[')) });
    expect(codesOf(facts).filter((line) => line.startsWith('MW1033'))).toHaveLength(100);
    expect(facts.findings.find(({ code }) => code === 'MW1043')?.message).toContain(
      '50 more findings with code MW1033',
    );
  });

  it('beyond a number are left out, and that is said', () => {
    const many = JSON.stringify({
      apiVersion: 'v1',
      kind: 'List',
      items: Array.from({ length: 10_001 }, (_, index) => JSON.parse(service(`s${index}`)) as unknown),
    });
    expect(codesOf(parsed({ 'a.json': many, 'b.yaml': good }, estate))).toEqual(['MW1031 a.json']);
  });
});

describe('manifests with an estate', () => {
  it('stand for the cluster of its mesh, in the first namespace it names', () => {
    const text = documents(
      deployment('web', env({ TO: 'catalog.shop.internal:8080' })),
      deployment('catalog'),
      service('catalog', 8080),
    );
    const inventory = inventoryOfFiles(parsed({ 'a.yaml': text }, estate));
    expect(inventory.dependencies).toMatchObject([
      {
        from: 'k8s/main/shop/Deployment/web',
        to: 'service/catalog',
        port: 8080,
        protocol: 'http',
        addressedBy: 'name',
      },
    ]);
    // Whether the twin is ready, and what the cluster serves, files cannot know.
    expect(inventory.findings.map(({ code }) => code)).toEqual(['MW1042']);
  });

  it('say what of it they do not have', () => {
    const inventory = inventoryOfFiles(parsed({ 'a.yaml': deployment('web') }, estate));
    expect(inventory.findings.map(({ code, subject }) => `${code} ${subject}`)).toEqual([
      'MW1042 main',
      'MW1307 catalog',
    ]);
  });
});

describe('environment files', () => {
  const text = [
    '# comment',
    '; another',
    'PRICING_URL="http://192.0.2.12:8081"',
    "DB='jdbc:postgresql://127.0.0.1:5432/prices'",
    'DB_PASSWORD=catalog.shop.internal:8080',
    'LONG=one \\',
    '  two',
    'not a variable',
    'export TO=catalog.shop.internal:8080',
  ].join('\n');

  it('are read as systemd reads them, for the unit they are named after', () => {
    const facts = parsed({ 'conf/catalog.env': text, 'a.yaml': deployment('web') }, estate);
    expect(edgesOf(inventoryOfFiles(facts))).toEqual([
      'vm/vm-a/catalog.service → service/prices-db:5432 files',
      'vm/vm-a/catalog.service → service/pricing:8081 files',
    ]);
    expect(facts.findings.filter(({ code }) => code === 'MW1039').map(({ message }) => message)).toEqual([
      'catalog.env, line 8: it is no NAME=VALUE, and no comment.',
      'catalog.env, line 9: it is no NAME=VALUE, and no comment.',
    ]);
    const [catalog] = inventoryOfFiles(facts).workloads.filter(({ id }) => id.endsWith('catalog.service'));
    expect(catalog?.evidence).toMatchObject([{ source: 'files', detail: expect.stringContaining('conf/catalog.env') }]);
  });

  it('of a unit that nobody has are a finding', () => {
    expect(codesOf(parsed({ 'other.env': 'A=b' }, estate))).toContain('MW1038 other.env');
  });

  it('make a host of their own where there is no estate', () => {
    const { estate: derived } = parsed({ 'ledger.env': 'A=b', 'a.yaml': deployment('web') });
    expect(derived.services.map(({ workload }) => workload)).toContainEqual({ host: 'ledger', unit: 'ledger.service' });
  });

  it('with a million lines that go on are one', () => {
    expect(codesOf(parsed({ 'catalog.env': 'A=x\\\n'.repeat(200_000) }, estate))).not.toContain('MW1039 catalog.env');
  });
});
