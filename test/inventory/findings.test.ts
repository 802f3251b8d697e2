import { expect, test } from 'vitest';
import type { Finding } from '../../src/inventory/schema.ts';
import { examine } from '../../src/inventory/findings.ts';
import { AT, cluster, estate, host, pods } from './observed.ts';

const twin = (ready: number, wanted: number) =>
  cluster({ workloads: [pods('web', []), pods('catalog', [], { readyReplicas: ready, replicas: wanted })] });

/** Facts, and the findings that they must give; most rows must give none. */
test.for<[string, ReturnType<typeof host>[], ReturnType<typeof cluster>[], [string, Finding['level'], string][]]>([
  ['all is well', [host('vm-a'), host('vm-b')], [cluster()], []],
  ['nothing could be read', [], [], []],
  ['a clock that is a little off', [host('vm-a', { clockOffsetMs: -900 })], [cluster()], []],
  ['a clock that is off', [host('vm-a', { clockOffsetMs: 1500 })], [cluster()], [['MW1117', 'warning', 'vm-a']]],
  ['a clock that is wrong', [host('vm-a', { clockOffsetMs: -6000 })], [cluster()], [['MW1117', 'error', 'vm-a']]],
  [
    'a login without root',
    [host('vm-a', { privilege: 'none', listeners: [] })],
    [cluster()],
    [['MW1106', 'warning', 'vm-a']],
  ],
  [
    'a name that nothing resolves',
    [host('vm-a', { names: { 'catalog.corp': [] } }), host('vm-b', { names: { 'catalog.corp': [] } })],
    [cluster()],
    [['MW1309', 'warning', 'catalog']],
  ],
  ['a name that one host resolves', [host('vm-a', { names: { 'catalog.corp': [] } }), host('vm-b')], [cluster()], []],
  ['a unit that is not there', [host('vm-a', { units: [] })], [cluster()], [['MW1118', 'error', 'catalog']]],
  ['a unit that does not listen', [host('vm-b', { listeners: [] })], [cluster()], [['MW1119', 'warning', 'pricing']]],
  ['no twin', [], [cluster({ workloads: [pods('web', [])] })], [['MW1307', 'warning', 'catalog']]],
  ['a twin that is not ready', [], [twin(1, 2)], [['MW1308', 'warning', 'catalog']]],
  ['a twin scaled to nothing', [], [twin(0, 0)], [['MW1308', 'warning', 'catalog']]],
  ['a workload that is not there', [], [cluster({ workloads: [pods('catalog', [])] })], [['MW1210', 'error', 'web']]],
  ['no mesh', [], [cluster({ mesh: null })], [['MW1204', 'error', 'lab']]],
  ['no custom resources', [], [cluster({ crds: {} })], [['MW1204', 'error', 'lab']]],
])('%s', ([, hosts, clusters, expected]) => {
  expect(
    examine(estate, hosts, clusters, Date.parse(AT)).map(({ code, level, subject }) => [code, level, subject]),
  ).toEqual(expected);
});
