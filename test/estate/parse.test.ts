import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isMeshError, type MeshError } from '../../src/errors/mesh-error.ts';
import { parseEstate } from '../../src/estate/parse.ts';
import { GOOD } from './good.ts';

function failure(text: string): MeshError {
  try {
    parseEstate(text, 'estate.yaml');
  } catch (error) {
    if (isMeshError(error)) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

test('reads an estate and fills in the defaults', () => {
  const estate = parseEstate(GOOD, 'estate.yaml');
  expect(estate.hosts[0]).toMatchObject({ name: 'vm-a', port: 2222, excludeInboundPorts: [] });
  expect(estate.policy.ladder).toEqual([1, 5, 25, 50, 100]);
  expect(estate.policy.retire).toEqual({ lookBackSeconds: 86_400 });
});

describe('refuses', () => {
  test.for<[string, string, string, string]>([
    ['an unknown field', GOOD.replace('port: 2222', 'prot: 2222'), 'MW1012', 'line 7: hosts[0].prot: unknown field'],
    ['a key given twice', `${GOOD}name: again\n`, 'MW1013', ''],
    ['a merge key', GOOD.replace('user: ops }', 'user: ops, <<: { port: 1 } }'), 'MW1014', ''],
    ['a custom tag', GOOD.replace('name: shop', 'name: !env SHOP'), 'MW1014', ''],
    ['a second document', `${GOOD}---\na: 1\n`, 'MW1014', ''],
    ['broken YAML', 'a: [1', 'MW1014', ''],
    [
      'aliases that multiply',
      `a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(9)}]\nc: &c [${'*b,'.repeat(9)}]\nd: [${'*c,'.repeat(9)}]\n`,
      'MW1014',
      '',
    ],
    ['a large file', `${GOOD}#${'x'.repeat(3_000_000)}`, 'MW1015', ''],
    [
      'a name that is an option',
      GOOD.replace('name: vm-a, address: 10.200.0.11', 'name: vm-a, address: -oProxyCommand=id'),
      'MW1011',
      'line 7: hosts[0].address',
    ],
    [
      'a unit without a suffix',
      GOOD.replace('unit: catalog.service', 'unit: catalog'),
      'MW1011',
      'line 14: services[0].workload.unit',
    ],
    ['a wrong type', GOOD.replace('port: 8080', 'port: "8080"'), 'MW1011', 'line 13: services[0].port'],
    ['a missing field', GOOD.replace('name: shop\n', ''), 'MW1011', 'name'],
    [
      'an unknown host',
      GOOD.replace('host: vm-a, unit', 'host: vm-z, unit'),
      'MW1011',
      'line 14: services[0].workload.host: no host is named "vm-z"',
    ],
    [
      'an unknown cluster',
      GOOD.replace('istio, cluster: lab', 'istio, cluster: prod'),
      'MW1011',
      'line 4: provider.cluster: no cluster is named "prod"',
    ],
    [
      'a namespace out of scope',
      GOOD.replace('namespace: shop, kind', 'namespace: other, kind'),
      'MW1011',
      'services[0].twin.namespace',
    ],
    [
      'an HTTP server that speaks first',
      GOOD.replace('    port: 8080\n', '    port: 8080\n    serverFirst: true\n'),
      'MW1011',
      'services[0].serverFirst: only a service of protocol tcp can speak first',
    ],
    [
      'seldom calls to nobody',
      GOOD.replace('    port: 8080\n', '    port: 8080\n    callsRarely: [nobody]\n'),
      'MW1011',
      'services[0].callsRarely[0]: no service is named "nobody"',
    ],
    [
      'an exemption for no service',
      `${GOOD}exemptions: [{ caller: external/a, service: nobody, reason: old }]\n`,
      'MW1011',
      'exemptions[0].service: no service is named "nobody"',
    ],
    [
      'an exemption given twice',
      `${GOOD}exemptions: [{ caller: external/a, service: catalog, reason: old }, { caller: external/a, service: catalog, reason: new }]\n`,
      'MW1011',
      'exemptions[1].caller: external/a for service catalog is exempt already',
    ],
    [
      'a waiver given twice',
      `${GOOD}exemptions: [{ check: V8, reason: a, owner: o, expires: 2026-12-31 }, { check: V8, reason: b, owner: o, expires: 2027-12-31 }]\n`,
      'MW1011',
      'exemptions[1]: check V8 wherever it is found is exempt already',
    ],
    [
      'a waiver of nothing',
      `${GOOD}exemptions: [{ reason: a, owner: o, expires: 2026-12-31 }]\n`,
      'MW1011',
      'a waiver needs a `check`, a `code` or a `subject`',
    ],
    [
      'a waiver that nobody answers for',
      `${GOOD}exemptions: [{ check: V8, subject: vm-a, reason: a, expires: 2026-12-31 }]\n`,
      'MW1011',
      'exemptions[0].owner',
    ],
    [
      'a waiver without an end',
      `${GOOD}exemptions: [{ code: MW1705, subject: vm-a, reason: a, owner: o }]\n`,
      'MW1011',
      'exemptions[0].expires',
    ],
    [
      'a waiver of a check that is none',
      `${GOOD}exemptions: [{ check: docker, reason: a, owner: o, expires: 2026-12-31 }]\n`,
      'MW1011',
      'exemptions[0].check',
    ],
    [
      'an exempt caller in nobody’s words',
      `${GOOD}exemptions: [{ caller: the old box, service: catalog, reason: old }]\n`,
      'MW1011',
      'exemptions[0].caller',
    ],
    [
      'an exemption that ends on no day',
      `${GOOD}exemptions: [{ caller: external/a, service: catalog, reason: old, expires: soon }]\n`,
      'MW1011',
      'exemptions[0].expires',
    ],
    ['a hostname without a port', GOOD.replace('    port: 8080\n', ''), 'MW1011', 'services[0].hostname'],
    [
      'a descending ladder',
      `${GOOD}policy: { ladder: [50, 5, 100] }\n`,
      'MW1011',
      'policy.ladder: the weights must ascend',
    ],
    [
      'a ladder that does not arrive',
      `${GOOD}policy: { ladder: [5, 50] }\n`,
      'MW1011',
      'policy.ladder: the last weight must be 100',
    ],
    [
      'two hosts of one name',
      GOOD.replace('clusters:', '  - { name: vm-a, address: 10.200.0.12, user: ops }\nclusters:'),
      'MW1011',
      'line 8: hosts[1].name',
    ],
    [
      'the end of a name nobody knows',
      GOOD.replace('    port: 8080\n', '    port: 8080\n    retire: { name: gone }\n'),
      'MW1011',
      'services[0].retire.name: `name` is dns',
    ],
    [
      'an end in DNS without an answer',
      GOOD.replace('    port: 8080\n', '    port: 8080\n    retire: { name: dns, answers: [] }\n'),
      'MW1011',
      'services[0].retire.answers',
    ],
    [
      'an answer that is a name',
      GOOD.replace('    port: 8080\n', '    port: 8080\n    retire: { name: dns, answers: [example.org] }\n'),
      'MW1011',
      'services[0].retire.answers[0]',
    ],
    [
      'a kept name with answers',
      GOOD.replace('    port: 8080\n', '    port: 8080\n    retire: { name: kept, answers: [10.0.0.1] }\n'),
      'MW1012',
      'services[0].retire',
    ],
    [
      'a look-back of no time',
      `${GOOD}policy: { retire: { lookBackSeconds: 0 } }\n`,
      'MW1011',
      'policy.retire.lookBackSeconds',
    ],
    ['an empty file', '', 'MW1011', 'the document'],
    ['a list', '- a\n', 'MW1011', 'the document'],
  ])('%s', ([, text, code, detail]) => {
    const error = failure(text);
    expect([error.code, error.details.join('\n')]).toEqual([code, expect.stringContaining(detail)]);
  });

  test('a __proto__ key', () => {
    expect(failure(`${GOOD}__proto__: { polluted: true }\n`).code).toMatch(/^MW101[12]$/);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });
});

test('says the line of a key that is there twice', () => {
  expect(failure(`${GOOD}name: again\n`).args).toMatchObject({ line: 16, key: 'name' });
});

test('any text is an estate or a coded error', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc
      .tuple(fc.nat(GOOD.length), fc.nat(20), fc.string())
      .map(([at, gap, more]) => GOOD.slice(0, at) + more + GOOD.slice(at + gap)),
  );
  fc.assert(
    fc.property(text, (candidate) => {
      try {
        parseEstate(candidate, 'estate.yaml');
      } catch (error) {
        if (!isMeshError(error)) throw error;
      }
    }),
    { numRuns: 400 },
  );
});
