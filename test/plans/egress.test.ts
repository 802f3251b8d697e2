import { describe, expect, it } from 'vitest';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { portability } from '../../src/plans/portability.ts';
import { called, grownPlan, grownYaml } from '../fakes/grown.ts';
import { onPath, switchLine } from '../fakes/path-shop.ts';
import { codes, deferred, manifests, stage } from '../fakes/read-plan.ts';
import { type ShopParts, shopPlan, shopYaml } from '../fakes/shop.ts';
import { splitTwin, twinsYaml } from '../fakes/twins-shop.ts';

const scoped = (yaml: string): string => `${yaml}policy: { egress: scoped }\n`;
const plan = (change?: (parts: ShopParts) => void, yaml = shopYaml): MigrationPlan => shopPlan(change, scoped(yaml));
const system = 'istio-system/*';

/** The hosts that each object tells of, by its name. */
function told(of: MigrationPlan): Record<string, string[]> {
  const all = manifests(of, 'Sidecar').map(({ metadata, ...rest }) => {
    const { egress } = rest['spec'] as { egress: { hosts: string[] }[] };
    return [metadata.name, egress.flatMap(({ hosts }) => hosts)] as const;
  });
  return Object.fromEntries(all);
}
const catalogHosts = ['shop/catalog-k8s.shop.svc.cluster.local', 'shop/catalog-vm.shop.svc.cluster.local', 'shop/catalog.shop.internal'];
const pricing = 'shop/pricing.shop.internal';

describe('policy.egress: scoped', () => {
  it('tells each proxy of whom its workload calls, with all that the route of a name weighs', () => {
    expect(told(plan())).toEqual({
      'web-egress': [system, ...catalogHosts],
      'catalog-egress': [system, pricing],
      // What the unit was seen to call the twin calls once it has taken over.
      'catalog-twin-egress': [system, pricing],
      'pricing-egress': [system],
    });
  });

  it('is nothing where the estate does not ask for it', () => {
    expect(manifests(shopPlan(), 'Sidecar')).toEqual([]);
  });

  it('comes after joins, shifts and STRICT, and before any unit ends', () => {
    const moves = plan(undefined, shopYaml.replace('    state: none\n', '    state: none\n    retire: { name: kept }\n')).stages.map(({ move }) => move);
    expect(moves.indexOf('scope')).toBeGreaterThan(moves.lastIndexOf('enforce'));
    expect(moves.lastIndexOf('scope')).toBeLessThan(moves.indexOf('retire'));
    // The host of a unit that ends leaves the mesh with it, and an object for its proxy would stay behind.
    expect(moves.filter((move) => move === 'scope')).toHaveLength(3);
  });

  it('selects the proxies of one workload, and lets pass what nobody saw', () => {
    const [host] = manifests(plan(), 'Sidecar').filter(({ metadata }) => metadata.name === 'pricing-egress');
    expect(host).toMatchObject({
      metadata: { namespace: 'shop' },
      spec: { workloadSelector: { labels: { 'meshway.dev/group': 'pricing', 'meshway.dev/platform': 'vm' } }, outboundTrafficPolicy: { mode: 'ALLOW_ANY' } },
    });
    expect(manifests(plan(), 'Sidecar').find(({ metadata }) => metadata.name === 'web-egress')?.['spec']).toMatchObject({
      workloadSelector: { labels: { app: 'web' } },
    });
  });

  it('waits until the proxies have called nobody else for the look-back, and sees both sides of the route healthy after it', () => {
    const { steps, gate } = stage(plan(), 'scope-web');
    const [step] = steps;
    expect(step?.require).toEqual([
      {
        check: 'proxy.calls',
        callers: [{ cluster: 'lab', namespace: 'shop', kind: 'Deployment', name: 'web' }],
        hosts: ['*.istio-system.svc.cluster.local', 'catalog-k8s.shop.svc.cluster.local', 'catalog-vm.shop.svc.cluster.local', 'catalog.shop.internal'],
        seconds: 3600,
      },
    ]);
    expect(step?.timeoutMs).toBeGreaterThan(3_600_000);
    expect(step?.verify.map((check) => ('backend' in check ? check.backend : check.check))).toEqual([
      'kube.present',
      'proxy.lacks',
      'outbound|8080||catalog-vm.shop.svc.cluster.local',
      'outbound|8080||catalog-k8s.shop.svc.cluster.local',
    ]);
    expect(step?.verify[1]).toMatchObject({ hosts: ['pricing.shop.internal'] });
    expect(step?.revert).toMatchObject([{ op: 'kube.delete', ref: { kind: 'Sidecar', name: 'web-egress' } }]);
    expect(gate.metrics.map(({ name, subject }) => `${name} ${subject}`)).toEqual([
      'traffic shop/web to catalog.shop.internal',
      'error-rate shop/web to catalog.shop.internal',
      'error-burst shop/web to catalog.shop.internal',
      'handshakes shop/web to catalog.shop.internal',
    ]);
  });

  it('judges a twin that has taken over by what its unit called, and the unit by nothing', () => {
    const of = (id: string): string[] => [...new Set(stage(plan(), id).gate.metrics.map(({ subject }) => subject))];
    expect(of('scope-catalog-twin')).toEqual(['shop/catalog to pricing.shop.internal']);
    expect(of('scope-catalog')).toEqual([]);
  });

  it('has one object for a host, with whom anything on it calls; who speaks first is known to no proxy', () => {
    const found = grownPlan(undefined, grownYaml.replace('exemptions:', 'policy: { egress: scoped }\nexemptions:'));
    expect(told(found)['vm-c-egress']).toEqual([system, pricing, 'shop/stock.shop.internal']);
    expect(stage(found, 'scope-vm-c').subjects).toEqual(['vm/vm-c/ledger.service', 'vm/vm-c/reports.service']);
    expect(told(found)['catalog-egress']).toEqual([system, pricing]);
  });

  it('tells of every Service before what runs in Kubernetes, of Services of others that are called, and of names that the estate adds', () => {
    const found = plan(({ inventory, cluster }) => {
      const service = { namespace: 'shop', clusterIP: '10.96.0.9', ports: [8080], endpoints: [] };
      cluster.services.push({ ...service, name: 'web', selector: { app: 'web' } }, { ...service, name: 'front', selector: { app: 'web' } });
      inventory.dependencies.push(called('vm/vm-b/pricing.service', 'web', 8080), {
        ...called('vm/vm-b/pricing.service', 'web', 443),
        to: 'external/k8s/lab/vault/Service/vault',
      });
    }, shopYaml.replace('name: pricing, hostname', 'name: pricing, alsoCalls: [api.example.com], hostname'));
    expect(told(found)['pricing-egress']).toEqual([
      '*/api.example.com',
      system,
      'shop/front.shop.svc.cluster.local',
      'shop/web.shop.svc.cluster.local',
      'vault/vault.vault.svc.cluster.local',
    ]);
  });

  it('tells of the backends of several twins', () => {
    const found = shopPlan(splitTwin, scoped(twinsYaml()));
    expect(told(found)['web-egress']).toEqual([
      system,
      ...['history', 'items', 'orders'].map((name) => `shop/catalog-k8s-${name}.shop.svc.cluster.local`),
      ...catalogHosts.slice(1),
    ]);
  });

  it('has no object for a unit that never joins, and one for its twin', () => {
    expect(Object.keys(told(plan(undefined, onPath('platform-first', switchLine())))).toSorted()).toEqual(['catalog-twin-egress', 'pricing-egress', 'web-egress']);
    expect(told(plan(undefined, onPath('platform-first', switchLine())))['web-egress']).toEqual([system, 'shop/catalog.shop.internal']);
    expect(told(plan(undefined, onPath('direct')))['web-egress']).toEqual([system, ...catalogHosts]);
  });

  it('waits with a twin that does not join yet', () => {
    const found = plan(({ inventory }) => inventory.dependencies.push(called('external/192.0.2.9', 'catalog', 8080)), onPath('direct'));
    expect(deferred(found)).toContain('catalog scope MW1317');
    expect(Object.keys(told(found))).not.toContain('catalog-twin-egress');
  });

  it('is told in the report of what is portable', () => {
    const row = portability(plan()).kinds.find(({ kind }) => kind === 'Sidecar');
    expect(row).toMatchObject({ portability: 'proprietary', count: 4, note: expect.stringMatching(/Linkerd.*Kuma.*reachableBackends.*Consul/) });
  });
});

describe('a Sidecar of somebody else', () => {
  const theirs = (more: object) => (parts: ShopParts): void => {
    parts.cluster.sidecars = [{ namespace: 'shop', name: 'theirs', selector: {}, hosts: [], registryOnly: false, ...more }];
  };

  it.each([
    ['selects the pods', { selector: { app: 'web' } }, ['web']],
    ['is its namespace’s', {}, ['catalog', 'pricing', 'web']],
    ['is the mesh’s', { namespace: 'istio-system' }, ['catalog', 'pricing', 'web']],
    ['selects others', { selector: { app: 'other' } }, []],
    ['is another namespace’s', { namespace: 'elsewhere' }, []],
  ])('that %s is left alone, and is told', (_, more, names) => {
    const found = plan(theirs(more));
    expect([...new Set(deferred(found).filter((one) => one.endsWith('scope MW1343')))].toSorted()).toEqual(names.map((name) => `${name} scope MW1343`));
    expect(codes(found).filter((one) => one.startsWith('error'))).toEqual([]);
    for (const name of names) expect(Object.keys(told(found))).not.toContain(`${name}-egress`);
  });

  it.each([
    ['names nothing that web calls', ['./pricing.shop.internal'], ['error MW1342 web']],
    ['forgets what the route weighs', ['*/catalog.shop.internal', '*/pricing.shop.internal'], ['error MW1342 web']],
    ['names the namespace', ['./*'], []],
    ['names the domains', ['shop/*.shop.internal', '*/*.svc.cluster.local'], []],
    ['names another namespace', ['other/*'], ['error MW1342 web', 'error MW1342 catalog']],
  ])('that %s is judged by that, whatever the policy', (_, hosts, expected) => {
    const found = shopPlan(theirs({ hosts }));
    const errors = codes(found).filter((one) => one.startsWith('error'));
    for (const one of expected) expect(errors).toContain(one);
    expect(errors.length > 0).toBe(expected.length > 0);
  });

  it('that has its proxies refuse what no registry knows refuses a caller of strangers, as the mesh would', () => {
    const calls = (parts: ShopParts): void =>
      void parts.inventory.dependencies.push({ ...called('k8s/lab/shop/Deployment/web', 'pricing', 443), to: 'external/192.0.2.200' });
    const found = (registryOnly: boolean): string[] =>
      codes(
        shopPlan((parts) => {
          calls(parts);
          theirs({ selector: { app: 'web' }, registryOnly })(parts);
        }),
      ).filter((one) => one.startsWith('error'));
    expect([found(false), found(true)]).toEqual([[], ['error MW1335 web']]);
  });

  it('is not looked at where proxies refuse what they do not know: nothing is narrowed there', () => {
    const found = plan(({ mesh }) => Object.assign(mesh, { registryOnly: true }));
    expect(deferred(found).filter((one) => one.includes(' scope '))).toEqual(expect.arrayContaining(['web scope MW1344']));
    expect(manifests(found, 'Sidecar')).toEqual([]);
  });
});
