import type { Tried, TriedConnection } from '../../src/inventory/tried-schema.ts';
import type { ShopParts } from '../fakes/shop.ts';
import { catalog, type GridRow, pricing, twin, web } from './grid-row.ts';

export const POD = '198.51.100.5';
const at = '2026-01-01T00:00:00.000Z';

export type Some = Pick<TriedConnection, 'from' | 'address' | 'port' | 'for'> & Partial<TriedConnection>;

/** An inventory with tries that went well, and these. */
export const tried =
  (connections: readonly Some[], rest: Partial<Tried> = {}) =>
  ({ inventory }: ShopParts) =>
    void (inventory.tried = {
      at,
      connections: connections.map((one) => ({ outcome: 'open', tool: 'bash', ...one })),
      lookups: [],
      clocks: [],
      ...rest,
    });

/** All changes, one after the other. */
export const all =
  (...changes: readonly ((parts: ShopParts) => void)[]) =>
  (parts: ShopParts) =>
    changes.forEach((change) => change(parts));

const unseen = ({ vmA, vmB }: ShopParts): void => [vmA, vmB].forEach((host) => (host.flows = []));
/** The twin only means to call pricing. */
const meant = ({ inventory }: ShopParts): void => {
  for (const { from, evidence } of inventory.dependencies)
    if (from === twin) for (const one of evidence) one.confidence = 'declared';
};
const calls =
  (to: string, port: number) =>
  ({ inventory, webCallsCatalog }: ShopParts) =>
    void inventory.dependencies.push({ ...webCallsCatalog, from: catalog, to, port });

const toCatalog: Some = { from: web, address: '192.0.2.11', port: 8080, for: [catalog] };
const toPricing: Some = { from: twin, address: '192.0.2.12', port: 8081, for: ['service/pricing', pricing] };
const toTwin: Some = { from: 'vm-a', address: POD, port: 8080, for: [twin] };
const toIstiod = (from: string): Some => ({
  from,
  address: '198.51.100.1',
  port: 15_012,
  for: ['k8s/lab/istio-system/Service/istiod'],
});
const ways = [toCatalog, toPricing, toTwin, toIstiod('vm-a'), toIstiod('vm-b')];
const but = (changed: Some, change: Partial<TriedConnection>): Some[] =>
  ways.map((one) => (one === changed ? { ...one, ...change } : one));
const nothing = { outcome: 'unknown', reason: 'its container app runs no shell' } as const;

export const atCatalog = (banner: TriedConnection['banner']): Some => ({
  from: 'vm-a',
  address: '192.0.2.11',
  port: 8080,
  for: [catalog],
  ...(banner === undefined ? {} : { banner }),
});
const lookups = (answer: readonly string[]): Partial<Tried> => ({
  lookups: [{ from: web, name: 'catalog.shop.internal', answers: [...answer] }],
});
const clock = (leastMs: number): Partial<Tried> => ({ clocks: [{ cluster: 'lab', leastMs, mostMs: leastMs + 1010 }] });
const rootless = ({ vmA }: ShopParts): void => {
  vmA.privilege = 'none';
  for (const one of vmA.listeners) delete one.unit;
};

/** Checks that tries decide. */
export const triedRows: readonly GridRow[] = [
  {
    check: 'V4',
    kind: 'hit',
    of: 'a host behind the cluster',
    change: tried([], clock(-3500)),
    expected: ['MW1745 vm-a', 'MW1745 vm-b'],
  },
  {
    check: 'V4',
    kind: 'hit',
    of: 'one host ahead of the cluster',
    change: all(({ vmB }) => void (vmB.clockOffsetMs = -7000), tried([], clock(-500))),
    expected: ['MW1117 vm-b', 'MW1745 vm-b'],
  },
  {
    check: 'V4',
    kind: 'near',
    outcome: 'clear',
    of: 'a difference that the answer’s own length explains',
    change: tried([], clock(-1900)),
    expected: [],
  },
  { check: 'V4', kind: 'open', of: 'a clock that could not be read', change: tried([]), expected: ['MW1700 lab'] },
  {
    check: 'V7',
    kind: 'hit',
    of: 'a pod that is told another address',
    change: tried([], lookups(['198.51.100.77'])),
    expected: [`MW1704 ${web}`, 'MW1704 vm-a', 'MW1704 vm-b'],
  },
  {
    check: 'V7',
    kind: 'hit',
    of: 'a declared name that the twin’s pod does not know',
    change: tried([], {
      lookups: [
        { from: 'vm-a', name: 'db.corp.internal', answers: ['192.0.2.90'] },
        { from: twin, name: 'db.corp.internal', answers: [] },
      ],
    }),
    expected: [`MW1704 ${twin}`, 'MW1704 vm-a'],
  },
  {
    check: 'V7',
    kind: 'near',
    outcome: 'clear',
    of: 'a pod that is told the same',
    change: tried([], lookups(['192.0.2.11'])),
    expected: [],
  },
  {
    check: 'V7',
    kind: 'near',
    outcome: 'clear',
    of: 'a pod that could not be asked',
    change: tried([], { lookups: [{ from: web, name: 'catalog.shop.internal', reason: 'no shell' }] }),
    expected: [],
  },
  {
    check: 'V11',
    kind: 'hit',
    of: 'a pod network that a host does not reach',
    change: all(unseen, tried(but(toTwin, { outcome: 'timeout' }))),
    expected: ['MW1746 vm-a'],
  },
  {
    check: 'V11',
    kind: 'hit',
    of: 'a host that pods do not reach, and a mesh that it does not',
    change: tried([
      { ...toCatalog, outcome: 'unreachable' },
      { ...toIstiod('vm-b'), outcome: 'refused' },
    ]),
    expected: ['MW1746 vm-a', 'MW1746 vm-b'],
  },
  {
    check: 'V11',
    kind: 'near',
    outcome: 'clear',
    of: 'ways that nobody used and that are open',
    change: all(unseen, tried(ways)),
    expected: [],
  },
  {
    check: 'V11',
    kind: 'open',
    of: 'pods without a shell',
    change: all(unseen, tried(but(toCatalog, nothing))),
    expected: ['MW1700 vm-a'],
  },
  {
    check: 'V11',
    kind: 'open',
    of: 'a captured host, which tries nothing',
    change: all(unseen, ({ vmB }) => void (vmB.meshed = true), tried(ways)),
    expected: ['MW1700 vm-b'],
  },
  {
    check: 'V15',
    kind: 'near',
    outcome: 'clear',
    of: 'an owner that is not shown, and a port that answers',
    change: all(rootless, tried([atCatalog({ bytes: 0 })])),
    expected: [],
  },
  {
    check: 'V15',
    kind: 'open',
    of: 'an owner that is not shown, and a port that does not answer',
    change: all(rootless, tried([{ ...atCatalog(undefined), outcome: 'refused' }])),
    expected: [`MW1700 ${catalog}`],
  },
  {
    check: 'V18',
    kind: 'hit',
    of: 'a callee that refuses the pods',
    change: all(meant, tried(but(toPricing, { outcome: 'refused' }))),
    expected: ['MW1747 catalog'],
  },
  {
    check: 'V18',
    kind: 'hit',
    of: 'a database outside that the pods do not reach',
    change: all(
      calls('external/203.0.113.9', 5432),
      tried([
        ...ways,
        { from: twin, address: '203.0.113.9', port: 5432, for: ['external/203.0.113.9'], outcome: 'timeout' },
      ]),
    ),
    expected: ['MW1712 catalog', 'MW1747 catalog'],
  },
  {
    check: 'V18',
    kind: 'hit',
    of: 'a partner who lets a handshake in, and may refuse what follows',
    change: all(
      calls('external/203.0.113.9', 443),
      tried([...ways, { from: twin, address: '203.0.113.9', port: 443, for: ['external/203.0.113.9'] }]),
    ),
    expected: ['MW1712 catalog'],
  },
  {
    check: 'V18',
    kind: 'near',
    outcome: 'clear',
    of: 'a twin that means to call it and was let in',
    change: all(meant, tried(ways)),
    expected: [],
  },
  {
    check: 'V18',
    kind: 'open',
    of: 'a twin whose pods have no shell',
    change: all(meant, tried(but(toPricing, nothing))),
    expected: [`MW1700 ${twin}`],
  },
];
