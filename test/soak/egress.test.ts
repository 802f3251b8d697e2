import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { applyObjects } from '../lab/cluster/kubectl.ts';
import { kubectl, resetShop, shopNamespace, vmShell } from '../lab/handle.ts';
import { catalogEstate } from '../lab/witness/estate.ts';
import { addToFigure } from '../lab/witness/figure.ts';
import { expectNothingLost } from '../lab/witness/loss.ts';
import { Operator } from '../lab/witness/mesh.ts';
import { type Snapshot, takeSnapshot } from '../lab/witness/snapshot.ts';
import { closeTraffic, openTraffic } from '../lab/witness/traffic.ts';

/** Services of others in the cluster, which nobody of the shop calls. */
const BYSTANDERS = 100;
let operator: Operator;
let stages: string[];
let before: Snapshot;
let open: Record<string, string[]>;

const ask = 'pilot-agent request GET clusters';
/** The clusters that a proxy knows of services of the mesh, each once. */
const outbound = (text: string): string[] =>
  [...new Set([...text.matchAll(/^(outbound\|[^:\s]+)::/gm)].map(([, name]) => name ?? ''))].sort();

async function ofPods(app: string): Promise<string[]> {
  const of = ['-n', shopNamespace, 'get', 'pods', '-l', `app=${app}`, '--field-selector=status.phase=Running'];
  const [pod = ''] = (await kubectl([...of, '-o', 'jsonpath={.items[*].metadata.name}'])).stdout.split(' ');
  return outbound(
    (await kubectl(['-n', shopNamespace, 'exec', pod, '-c', 'istio-proxy', '--', ...ask.split(' ')])).stdout,
  );
}
const ofHost = async (vm: 'vm-a' | 'vm-b'): Promise<string[]> =>
  outbound(
    (
      await vmShell(
        vm,
        'curl -fsS http://127.0.0.1:15000/clusters || $(ls /var/lib/meshway/artifacts/*/pilot-agent | head -1) request --debug-port 15000 GET clusters',
      )
    ).stdout,
  );

async function known(): Promise<Record<string, string[]>> {
  const [web, twin, vmA, vmB] = await Promise.all([ofPods('web'), ofPods('catalog'), ofHost('vm-a'), ofHost('vm-b')]);
  return { web, twin, vmA, vmB };
}
const counts = (of: Record<string, string[]>): string =>
  Object.entries(of)
    .map(([name, own]) => `${name} ${own.length}`)
    .join(', ');
const sidecars = async (): Promise<string> =>
  (await kubectl(['-n', shopNamespace, 'get', 'sidecars.networking.istio.io', '-o', 'name'])).stdout;

describe('proxies are told of whom they call alone, under load', () => {
  beforeAll(async () => {
    await resetShop();
    const bystanders = Array.from({ length: BYSTANDERS }, (_, at) => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name: `bystander-${at}`, namespace: 'outside' },
      spec: { selector: { app: 'nobody' }, ports: [{ name: 'http', port: 8080 }] },
    }));
    await applyObjects(bystanders);
    await openTraffic();
    operator = await Operator.open(
      await catalogEstate({}, { policy: { egress: 'scoped', egressLookBackSeconds: 20 } }),
    );
    ({ stages } = await operator.makePlan());
    before = await takeSnapshot();
  });
  afterAll(async () => {
    console.log(`plan and journal: ${operator.directory}`);
    await resetShop();
  });

  it('narrows each workload in a stage of its own, after all that has joined, moved and refuses plaintext', () => {
    expect(stages.slice(-4).toSorted()).toEqual(['scope-catalog', 'scope-catalog-twin', 'scope-pricing', 'scope-web']);
  });

  it('begins with proxies that know everything', async () => {
    await operator.must('migrate', 'apply', operator.plan, '--to', stages.at(-5) ?? '');
    open = await known();
    console.log(`clusters of services, open: ${counts(open)}`);
    for (const own of Object.values(open)) expect(own.length).toBeGreaterThan(BYSTANDERS);
  });

  it('ends with proxies that know their callees, with all that stands behind their names', async () => {
    await operator.must('migrate', 'apply', operator.plan);
    const scoped = await known();
    console.log(`clusters of services, scoped: ${counts(scoped)}`);
    const shop = (of: string[] = []): string[] =>
      of.filter((name) => !name.endsWith('.istio-system.svc.cluster.local'));
    expect(shop(scoped['web'])).toEqual([
      'outbound|8080||catalog-k8s.shop.svc.cluster.local',
      'outbound|8080||catalog-vm.shop.svc.cluster.local',
      'outbound|8080||catalog.shop.internal',
    ]);
    for (const caller of ['twin', 'vmA'])
      expect(shop(scoped[caller])).toEqual(['outbound|8081||pricing.shop.internal']);
    expect(shop(scoped['vmB'])).toEqual([]);
  });

  it('goes back: proxies know everything again before anything else moves', async () => {
    await operator.must('migrate', 'rollback', operator.plan, '--to', stages.at(-5) ?? '', '--yes');
    expect(await sidecars()).toBe('');
    await operator.must('migrate', 'rollback', operator.plan, '--yes');
    const after = await takeSnapshot();
    expect(after.cluster).toEqual(before.cluster);
    expect(after.hosts).toEqual(before.hosts);
  });

  it('lost nothing, and cut nothing that was not declared', async () => {
    const { tally, declaredCuts } = await closeTraffic();
    await addToFigure(tally, declaredCuts);
    expectNothingLost(tally);
  });
});
