import { describe, expect, it } from 'vitest';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { printPlan, readPlan } from '../../src/plans/read.ts';
import { sha256Digest } from '../../src/ports/hash.ts';
import { type ShopParts, shopPlan, shopYaml } from '../fakes/shop.ts';

const stageIds = (plan: MigrationPlan): string[] => plan.stages.map(({ id }) => id);
const codes = (plan: MigrationPlan): string[] =>
  plan.findings.map(({ code, level, subject }) => `${level} ${code} ${subject}`);

describe('the plan for shop', () => {
  it('joins callees first, shifts when every caller has joined, and enforces last', () => {
    expect(stageIds(shopPlan())).toEqual([
      'join-pricing',
      'join-catalog',
      'join-catalog-twin',
      'join-web',
      'shift-catalog',
      'enforce-pricing',
      'enforce-catalog',
      'enforce-web',
    ]);
  });

  it('is the same, byte for byte, for the same inputs, and reads back as itself', () => {
    const text = printPlan(shopPlan());
    expect(printPlan(shopPlan())).toBe(text);
    expect(printPlan(readPlan(text, 'plan', sha256Digest))).toBe(text);
  });

  it('shifts no service that nobody calls: its rungs would pass without data', () => {
    const yaml = shopYaml.replace('    path: mesh-first\n', '    path: mesh-first\n    callers: none\n');
    const plan = shopPlan(({ inventory }) => {
      inventory.dependencies = inventory.dependencies.filter(({ to }) => to !== 'service/catalog');
    }, yaml);
    expect(stageIds(plan)).not.toContain('shift-catalog');
    expect(stageIds(plan)).toContain('enforce-catalog');
    expect(plan.deferred).toContainEqual(expect.objectContaining({ subject: 'catalog', move: 'replatform', code: 'MW1336' }));
  });

  it('publishes a name before its callers join, and captures after it', () => {
    expect(shopPlan().stages[1]?.steps.map(({ action }) => action)).toEqual([
      'identity',
      'proxy',
      'publish-name',
      'capture',
    ]);
  });

  it('climbs the ladder, each rung with a gate on the share, and goes back to the rung before', () => {
    const shift = shopPlan().stages.find(({ id }) => id === 'shift-catalog');
    const weights = (operations: unknown): unknown =>
      (operations as { backends: { weight: number }[] }[])[0]?.backends.map(({ weight }) => weight);
    expect(shift?.steps.map(({ apply }) => weights(apply))).toEqual([
      [99, 1],
      [95, 5],
      [75, 25],
      [50, 50],
      [0, 100],
    ]);
    expect(shift?.steps.map(({ revert }) => weights(revert))).toEqual([
      [100, 0],
      [99, 1],
      [95, 5],
      [75, 25],
      [50, 50],
    ]);
    expect(shift?.steps.every(({ gate }) => gate?.metrics.some(({ name }) => name === 'traffic-share'))).toBe(true);
    expect(shift?.steps.every(({ require }) => require.some(({ check }) => check === 'proxy.endpoints'))).toBe(true);
  });

  it('never captures the real sshd or the ports the estate excludes', () => {
    const capture = shopPlan().stages[0]?.steps.at(-1)?.apply[0];
    expect(capture).toMatchObject({
      op: 'host.capture',
      capture: { inboundPorts: [8081], excludeInboundPorts: expect.arrayContaining([2222, 9100]) },
    });
  });

  it('declares every interruption', () => {
    const declared = shopPlan().stages.flatMap(({ steps }) =>
      steps
        .filter(({ interruption }) => interruption !== 'none')
        .map(({ id, interruption }) => `${id} ${interruption}`),
    );
    expect(declared).toEqual([
      'join-catalog-twin/enrol restart',
      'join-web/enrol restart',
      'enforce-pricing/recycle-vm-a connection-reset',
    ]);
  });

  it('watches each gate longer than the window of its metrics', () => {
    for (const { gate, steps } of shopPlan().stages)
      for (const { metrics, bakeMs } of [gate, ...steps.flatMap((step) => step.gate ?? [])])
        if (metrics.length > 0) expect(bakeMs).toBeGreaterThan(15_000);
  });

  it('holds no secret: tokens are references', () => {
    expect(printPlan(shopPlan())).not.toMatch(/eyJ|BEGIN (RSA|EC|CERT|OPENSSH)/);
    expect(printPlan(shopPlan())).toContain('audience: istio-ca');
  });
});

describe('what a plan is not ready for', () => {
  it.each<[string, string, (parts: ShopParts) => void]>([
    ['a twin that is not ready', 'error MW1308 catalog', ({ twin }) => (twin.readyReplicas = 1)],
    ['no twin', 'error MW1307 catalog', ({ cluster }) => cluster.workloads.pop()],
    ['no iptables', 'error MW1107 pricing', ({ vmB }) => (vmB.firewall.backend = 'none')],
    ['no sudo', 'error MW1106 pricing', ({ vmB }) => (vmB.privilege = 'none')],
    [
      'a name nothing resolves',
      'error MW1309 pricing',
      ({ vmA, vmB }) => [vmA, vmB].forEach((host) => (host.names = {})),
    ],
    ['a host without facts', 'error MW1312 pricing', ({ inventory }) => inventory.hosts.pop()],
    ['no mesh', 'error MW1204 web', ({ cluster }) => (cluster.mesh = null)],
    ['a namespace that injects by itself', 'error MW1319 web', ({ mesh }) => mesh.injectedNamespaces.push('shop')],
    ['pods on the network of their node', 'error MW1310 catalog', ({ twin }) => (twin.hostNetwork = true)],
    [
      'a caller in the mesh before the VM has joined',
      'error MW1321 catalog',
      ({ inventory }) =>
        inventory.workloads.filter(({ service }) => service === 'web').forEach(({ position }) => (position.mesh = 'on')),
    ],
    ['an address that is not the host’s', 'error MW1323 catalog', ({ vmA }) => (vmA.addresses = ['192.0.2.99'])],
    [
      'a name that answers with a load balancer',
      'error MW1323 pricing',
      ({ vmA }) => (vmA.names['pricing.shop.internal'] = ['198.51.100.9']),
    ],
    [
      'a port that a container engine forwards',
      'error MW1310 pricing',
      ({ vmB }) => vmB.listeners.forEach((listener) => (listener.process = 'docker-proxy')),
    ],
    ['a twin without the port', 'error MW1310 catalog', ({ twin }) => (twin.ports = [3000])],
    ['pods selected by no plain label', 'error MW1310 web', ({ web }) => (web.selector = {})],
    [
      'a circle',
      'error MW1311 catalog',
      ({ inventory, webCallsCatalog }) =>
        inventory.dependencies.push({ ...webCallsCatalog, from: 'vm/vm-b/pricing.service' }),
    ],
  ])('%s', (_, finding, change) => {
    const plan = shopPlan(change);
    expect(codes(plan)).toContain(finding);
    expect([plan.applyable, plan.complete]).toEqual([false, false]);
  });

  it('plans the rest when one service is refused', () => {
    const plan = shopPlan(({ vmB }) => (vmB.firewall.backend = 'none'));
    expect(stageIds(plan)).not.toContain('join-pricing');
    expect(stageIds(plan)).toContain('join-catalog');
  });

  it('neither shifts nor enforces a service that a stranger calls', () => {
    const plan = shopPlan(({ inventory, webCallsCatalog }) =>
      inventory.dependencies.push({ ...webCallsCatalog, from: 'external/192.0.2.99' }),
    );
    expect(plan.deferred.map(({ subject, move, code }) => `${subject} ${move} ${code}`)).toEqual([
      'catalog replatform MW1316',
      'catalog enforce MW1316',
      'catalog retire MW1317',
    ]);
    expect(stageIds(plan)).not.toContain('shift-catalog');
    expect(stageIds(plan)).not.toContain('enforce-catalog');
    expect(plan.applyable).toBe(true);
  });

  it('does not shift a service that is called by address; its address is published, so STRICT holds for such calls too', () => {
    const plan = shopPlan(({ webCallsCatalog }) => (webCallsCatalog.addressedBy = 'ip'));
    expect(plan.deferred).toContainEqual(
      expect.objectContaining({ subject: 'catalog', move: 'replatform', code: 'MW1320' }),
    );
    expect(stageIds(plan)).not.toContain('shift-catalog');
    expect(stageIds(plan)).toContain('enforce-catalog');
    expect(printPlan(plan)).toMatch(/addresses:\n\s+- 192\.0\.2\.11/);
  });

  it('neither shifts nor enforces a service that nobody was seen to call, unless the estate says that nobody does', () => {
    const plan = shopPlan(({ inventory }) => inventory.dependencies.shift());
    expect(plan.deferred.map(({ subject, move, code }) => `${subject} ${move} ${code}`)).toEqual([
      'catalog replatform MW1322',
      'catalog enforce MW1322',
      'catalog retire MW1317',
    ]);
    expect(stageIds(plan)).toContain('enforce-web');
    expect(stageIds(shopPlan(undefined, shopYaml.replace('callers: none, ', '')))).not.toContain('enforce-web');
  });

  it('refuses a workload in a cluster whose mesh it does not lay out', () => {
    const yaml = shopYaml
      .replace('  - { name: lab, namespaces: [shop] }', '  - { name: lab, namespaces: [shop] }\n  - { name: west, namespaces: [shop] }')
      .replace('workload: { cluster: lab, namespace: shop, kind: Deployment, name: web }', 'workload: { cluster: west, namespace: shop, kind: Deployment, name: web }');
    const plan = shopPlan(({ inventory, cluster }) => inventory.clusters.push({ ...structuredClone(cluster), name: 'west' }), yaml);
    expect(codes(plan)).toContain('error MW1310 web');
  });

  it('goes back from a rung without asking for the twin, which may be what failed', () => {
    const rungs = shopPlan().stages.find(({ id }) => id === 'shift-catalog')?.steps ?? [];
    expect(rungs.map(({ requireRevert }) => requireRevert.map((check) => 'backend' in check && check.backend))).toEqual([
      [],
      [],
      [],
      [],
      ['outbound|8080||catalog-vm.shop.svc.cluster.local'],
    ]);
  });

  it('refuses to shift while the state of the service is unknown', () => {
    const plan = shopPlan(undefined, shopYaml.replace('path: mesh-first\n    state: none', 'path: mesh-first'));
    expect(codes(plan)).toContain('error MW1315 catalog');
  });

  it('refuses a path that leads nowhere', () => {
    const refused = (yaml: string): string[] => codes(shopPlan(undefined, yaml));
    expect(refused(shopYaml.replace('path: stay', 'path: direct'))).toContain('error MW1307 pricing');
    const inPods = shopYaml.replace('name: web, state', 'name: web, path: mesh-first, state');
    expect(refused(inPods)).toEqual(expect.arrayContaining(['error MW1360 web', 'error MW1307 web']));
  });
});

describe('reading a plan', () => {
  const text = printPlan(shopPlan());
  it.each([
    ['an edited weight', text.replace('weight: 99', 'weight: 98'), 'MW1301'],
    ['an edited digest', text.replace(/digest: sha256:.{8}/, 'digest: sha256:00000000'), 'MW1301'],
    ['an unknown field', `${text}extra: 1\n`, 'MW1303'],
    ['a key given twice', `${text}estate: shop\n`, 'MW1303'],
    ['no YAML', '{', 'MW1303'],
    ['something else', 'kind: Estate\n', 'MW1303'],
  ])('refuses %s', (_, broken, code) => {
    expect(() => readPlan(broken, 'p', sha256Digest)).toThrow(expect.objectContaining({ code }));
  });
});
