import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deploymentOf } from '../lab/estate.ts';
import { answerFor, kubectl, resetShop, restoreNames, shopNamespace } from '../lab/handle.ts';
import { addCatalogService, addMenu, catalogServiceIp, diner, menu } from '../lab/shop/menu.ts';
import { catalogEstate } from '../lab/witness/estate.ts';
import { countsFiles } from '../lab/witness/counts.ts';
import { addToFigure } from '../lab/witness/figure.ts';
import { expectNothingLost } from '../lab/witness/loss.ts';
import { type MeshRun, Operator } from '../lab/witness/mesh.ts';
import { type Snapshot, takeSnapshot } from '../lab/witness/snapshot.ts';
import { closeTraffic, openTraffic, tallyNow } from '../lab/witness/traffic.ts';

let operator: Operator;
let stages: string[];
let before: Snapshot;

const apply = (...args: string[]): Promise<MeshRun> => operator.mesh('migrate', 'apply', operator.plan, ...args);
const rollback = (): Promise<MeshRun> => operator.mesh('migrate', 'rollback', operator.plan, '--yes');
const endOf = ({ exitCode, stderr, stdout }: MeshRun): unknown =>
  exitCode === 0 ? 'done' : { exitCode, code: /MW\d{4}/.exec(stderr)?.[0], stderr, stdout };
const waitsForAPerson = expect.objectContaining({ exitCode: 3, code: 'MW1411' }) as unknown;
const inShop = (...args: string[]): Promise<unknown> => kubectl(['-n', shopNamespace, ...args]);

/** Requests that the pods of a Deployment got, from the start of the load on; an instance is the pod's name, a number, and a time. */
async function receivedBy(deployment: string): Promise<number> {
  const ofPods = (await countsFiles()).filter(({ instance }) =>
    new RegExp(`^${deployment}-[a-z0-9]+-[a-z0-9]{5}-`).test(instance),
  );
  return ofPods.reduce((sum, { server }) => sum + server.received, 0);
}

async function open(callers: string[], estate: Promise<string>): Promise<void> {
  await openTraffic(callers);
  operator = await Operator.open(await estate);
  ({ stages } = await operator.makePlan());
  before = await takeSnapshot();
}

async function expectAsBefore(): Promise<void> {
  const after = await takeSnapshot();
  expect(after.cluster).toEqual(before.cluster);
  expect(after.hosts).toEqual(before.hosts);
}

async function expectAllGood(): Promise<void> {
  const { tally, declaredCuts } = await closeTraffic();
  console.log(
    `${tally.total.sent} requests, ${tally.total.lost} lost, ${tally.total.cuts} undeclared cuts, ${declaredCuts} declared cuts`,
  );
  await addToFigure(tally, declaredCuts);
  expectNothingLost(tally);
}

/** Connections that are kept follow no DNS: who holds them is started anew, as an operator would. */
async function restartCallers(): Promise<void> {
  const path = 'jsonpath={.items[*].metadata.name}';
  const pods = (await kubectl(['-n', shopNamespace, 'get', 'pods', '-l', 'app=web', '-o', path])).stdout.split(' ');
  for (const pod of pods) {
    await inShop('delete', 'pod', pod, '--wait=true');
    await inShop('rollout', 'status', 'deployment/web', '--timeout=90s');
  }
}

describe('platform first: DNS leads to the twin, and the twin joins', () => {
  beforeAll(async () => {
    await resetShop();
    await addCatalogService();
    await open(['web', 'catalog'], catalogEstate({ path: 'platform-first', switch: { answers: [catalogServiceIp] } }));
  });
  afterAll(async () => {
    await restoreNames();
    console.log(`plan and journal: ${operator.directory}`);
  });

  it('is laid out as switch, twin, and callers', () => {
    expect(stages.filter((id) => /catalog|web/.test(id)).slice(0, 3)).toEqual([
      'switch-catalog',
      'join-catalog-twin',
      'join-web',
    ]);
  });

  it('waits for the person who moves the name', async () => {
    expect(endOf(await apply())).toEqual(waitsForAPerson);
  });

  it('goes on to the end when the name has moved and no connection is left', async () => {
    await answerFor('catalog', catalogServiceIp);
    await restartCallers();
    expect(endOf(await apply())).toBe('done');
    expect(await receivedBy('catalog')).toBeGreaterThan(100);
  });

  it('goes back, with the name by hand again', async () => {
    expect(endOf(await rollback())).toEqual(waitsForAPerson);
    await restoreNames();
    expect(endOf(await rollback())).toBe('done');
    await expectAsBefore();
  });

  it('lost nothing, and cut nothing that was not declared', expectAllGood);
});

describe('direct: the VM never joins, and the twin joins with its shift', () => {
  beforeAll(async () => {
    await resetShop();
    await open(['web', 'catalog'], catalogEstate({ path: 'direct' }));
  });
  afterAll(() => console.log(`plan and journal: ${operator.directory}`));

  it('publishes the name, lets the callers join, and moves', () => {
    expect(stages.filter((id) => /catalog|web/.test(id)).slice(0, 3)).toEqual([
      'publish-catalog',
      'join-web',
      'move-catalog',
    ]);
  });

  it('goes to the end', async () => {
    expect(endOf(await apply())).toBe('done');
    expect(await receivedBy('catalog')).toBeGreaterThan(100);
  });

  it('goes back', async () => {
    expect(endOf(await rollback())).toBe('done');
    await expectAsBefore();
  });

  it('lost nothing, and cut nothing that was not declared', expectAllGood);
});

describe('two twins take over, each the calls of its paths', () => {
  const twin = (name: string, path: string): object => ({ ...deploymentOf(name), match: [{ path }] });

  beforeAll(async () => {
    await resetShop();
    await addMenu();
    const twins = [twin('catalog', '/item'), twin(menu, '/menu')];
    const services = [{ name: diner, state: 'none', callers: 'none', workload: deploymentOf(diner) }];
    await open(['web', 'catalog', diner], catalogEstate({ twin: undefined, twins, unmatched: 'none' }, { services }));
  });
  afterAll(async () => {
    console.log(`plan and journal: ${operator.directory}`);
    // The other tests find the shop that they know.
    await resetShop();
  });

  it('goes to the end, and each twin answers its part', async () => {
    expect(endOf(await apply())).toBe('done');
    expect([await receivedBy('catalog'), await receivedBy(menu)].every((count) => count > 100)).toBe(true);
    const edges = (await tallyNow()).edges.filter(({ edge }) => /^(web|diner)->/.test(edge));
    expect(edges.map(({ lost }) => lost)).toEqual(edges.map(() => 0));
  });

  it('goes back', async () => {
    expect(endOf(await rollback())).toBe('done');
    await expectAsBefore();
  });

  it('lost nothing, and cut nothing that was not declared', expectAllGood);
});
