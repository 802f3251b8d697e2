import { describe, expect, it } from 'vitest';
import type { Inventory } from '../../src/inventory/schema.ts';
import { called, grownPlan, grownYaml } from '../fakes/grown.ts';
import { codes, deferred, manifests, stage } from '../fakes/read-plan.ts';
import { threshold } from '../fakes/metrics.ts';

describe('a server that speaks first', () => {
  const plan = grownPlan();

  it('stays as it is, neither captured nor published, and is in the register', () => {
    expect(manifests(plan, 'ServiceEntry').map(({ metadata }) => metadata.name)).not.toContain('ledger');
    expect(deferred(plan)).toContain('ledger enforce MW1330');
    expect(plan.exempt).toContainEqual({ subject: 'service/ledger', service: 'ledger', port: 9090, reason: 'its server speaks first' });
    expect(plan.complete).toBe(false);
    expect(plan.applyable).toBe(true);
  });

  it('is refused on a port that proxies take for HTTP, unless its callers leave that port alone', () => {
    const shared = grownYaml.replace('port: 9090', 'port: 8081');
    expect(codes(grownPlan(undefined, shared))).toContain('error MW1333 ledger');
    const spared = shared.replace('address: 192.0.2.11, user: ops', 'address: 192.0.2.11, user: ops, excludeOutboundPorts: [8081]');
    expect(codes(grownPlan(undefined, spared))).not.toContain('error MW1333 ledger');
  });

  it('is refused in Kubernetes, where a sidecar would make its clients wait', () => {
    const inPods = grownYaml.replace(
      'workload: { host: vm-c, unit: ledger.service }',
      'workload: { cluster: lab, namespace: shop, kind: Deployment, name: web2 }',
    );
    const plan = grownPlan(({ clusters, workloads, hosts }) => {
      const web = clusters[0]?.workloads[0];
      if (web) clusters[0]?.workloads.push({ ...structuredClone(web), name: 'web2' });
      const ledger = workloads.find(({ service }) => service === 'ledger');
      if (ledger) Object.assign(ledger, { id: 'k8s/lab/shop/Deployment/web2', position: { platform: 'kubernetes', mesh: 'off' } });
      hosts.at(-1)?.units.pop();
    }, inPods);
    expect(codes(plan)).toContain('error MW1310 ledger');
    expect(plan.stages.map(({ id }) => id)).not.toContain('join-ledger');
  });

  it('is told apart from a TCP service whose client speaks first, which joins by its address', () => {
    const tcp = grownPlan(undefined, grownYaml.replace(', serverFirst: true', ''));
    expect(manifests(tcp, 'ServiceEntry').find(({ metadata }) => metadata.name === 'ledger')?.['spec']).toMatchObject({
      addresses: ['192.0.2.13'],
      ports: [{ number: 9090, protocol: 'TCP' }],
    });
    const [traffic] = stage(tcp, 'join-vm-c').gate.metrics;
    expect(threshold(traffic).query).toContain('envoy_cluster_upstream_cx_total');
  });
});

describe('a mesh that refuses what it does not know', () => {
  it('refuses those who call it, and nobody else', () => {
    const close = ({ clusters, dependencies }: Inventory): void => {
      if (clusters[0]?.mesh) clusters[0].mesh.registryOnly = true;
      dependencies.push({ ...called('external/vm/vm-c/nightly.service', 'x', 443), to: 'external/198.51.100.7' });
    };
    const refused = codes(grownPlan(close)).filter((one) => one.includes('MW1335'));
    // Whatever else runs on a host that joins calls through its proxy too; web runs in pods, and calls nobody unknown.
    expect(new Set(refused.map((one) => one.split(' ').at(-1)))).toEqual(
      new Set(['catalog', 'pricing', 'stock', 'reports', 'ledger']),
    );
    expect(codes(grownPlan())).not.toContain('error MW1335 catalog');
  });
});

describe('what a host forwards', () => {
  it('passes no capture: a caller that is a host and no process of it is a stranger', () => {
    const plan = grownPlan(({ dependencies }) => dependencies.push(called('external/vm/vm-c', 'stock', 8082)));
    expect(deferred(plan)).toContain('stock enforce MW1316');
  });
});

describe('what a NetworkPolicy lets through', () => {
  const allowed = (from: string, to: string): ReturnType<typeof called> => {
    const call = called(from, to, 8080, 'unknown');
    return { ...call, evidence: call.evidence.map((one) => ({ ...one, source: 'network-policy', confidence: 'declared' })) };
  };

  it('is no call: it defers nothing, makes no circle, and stands for no caller that was seen', () => {
    const before = grownPlan();
    const monitoring = 'external/k8s/lab/monitoring/Deployment/prometheus';
    const pairs: [string, string][] = [[monitoring, 'catalog'], ['vm/vm-a/catalog.service', 'web'], ['vm/vm-b/pricing.service', 'catalog']];
    const after = grownPlan(({ dependencies }) => dependencies.push(...pairs.map(([from, to]) => allowed(from, to))));
    expect([codes(after), deferred(after), after.applyable]).toEqual([codes(before), deferred(before), before.applyable]);
    const unseen = (add: boolean): string[] => deferred(grownPlan((inventory) => {
      inventory.dependencies = inventory.dependencies.filter(({ to }) => to !== 'service/catalog');
      if (add) inventory.dependencies.push(allowed('k8s/lab/shop/Deployment/web', 'catalog'));
    }));
    expect(unseen(false)).toContain('catalog enforce MW1322');
    expect(unseen(true)).toEqual(unseen(false));
  });
});

describe('a host that another run has joined', () => {
  it('is left to it: no policy is made for labels that nobody here knows', () => {
    const plan = grownPlan(({ workloads }) => {
      for (const one of workloads) if (one.id.startsWith('vm/vm-b/')) one.position = { platform: 'vm', mesh: 'on' };
    });
    expect(plan.stages.map(({ id }) => id).filter((id) => id.endsWith('vm-b'))).toEqual([]);
    expect(deferred(plan)).toEqual(expect.arrayContaining(['pricing enforce MW1317', 'stock enforce MW1317']));
  });
});

describe('a caller that reaches a twin past its name', () => {
  const past = (addressedBy: 'name' | 'ip'): ReturnType<typeof called> => ({
    ...called('vm/vm-b/pricing.service', 'x', 8080, addressedBy),
    to: 'k8s/lab/shop/Deployment/catalog',
  });

  it('is waited for before STRICT, and judged by no gate, since it follows no weights', () => {
    const plan = grownPlan(({ dependencies }) => dependencies.push(past('name')));
    const before = grownPlan();
    expect(deferred(plan).sort()).toEqual(deferred(before).sort());
    const metrics = ({ stages }: typeof plan): string[] =>
      stages.flatMap(({ id, gate }) => gate.metrics.map(({ name, subject }) => `${id} ${name} ${subject}`));
    expect(metrics(plan).sort()).toEqual(metrics(before).sort());
    const stranger = grownPlan(({ dependencies }) => dependencies.push({ ...past('name'), from: 'external/192.0.2.99' }));
    expect(deferred(stranger)).toContain('catalog enforce MW1316');
    const toPod = grownPlan(({ dependencies }) => dependencies.push(past('ip')));
    expect(deferred(toPod)).toContain('catalog enforce MW1320');
    expect(toPod.stages.map(({ id }) => id)).toContain('shift-catalog');
  });

  it('decides no weight alone', () => {
    const plan = grownPlan((inventory) => {
      inventory.dependencies = inventory.dependencies.filter(({ to }) => to !== 'service/catalog');
      inventory.dependencies.push(past('name'));
    });
    expect(deferred(plan)).toContain('catalog replatform MW1336');
  });
});

describe('the exemption register', () => {
  it('opens the ports of pods as they are, whatever port their Service has', () => {
    const yaml = grownYaml.replace('service: pricing, reason', 'service: web, reason').replace('callers: none, workload: { cluster', 'workload: { cluster');
    const plan = grownPlan(({ dependencies }) => dependencies.push(called('external/192.0.2.50', 'web', 80)), yaml);
    const policy = manifests(plan, 'PeerAuthentication').find(({ metadata }) => metadata.name === 'web-pods-strict');
    expect(policy?.['spec']).toMatchObject({ portLevelMtls: { 8080: { mode: 'PERMISSIVE' } } });
  });

  it('does not hold for pods that declare no port: nothing tells which one would stay open', () => {
    const yaml = grownYaml.replace('service: pricing, reason', 'service: web, reason');
    const plan = grownPlan(({ dependencies, clusters }) => {
      dependencies.push(called('external/192.0.2.50', 'web', 80));
      for (const workload of clusters[0]?.workloads ?? []) if (workload.name === 'web') workload.ports = [];
    }, yaml);
    expect(deferred(plan)).toContain('web enforce MW1316');
    expect(plan.stages.map(({ id }) => id)).not.toContain('enforce-web');
  });

  it('sends nobody to restart who is exempt, or whose calls no capture takes', () => {
    const yaml = grownYaml
      .replace('caller: external/192.0.2.50', 'caller: vm/vm-a/catalog.service')
      .replace('address: 192.0.2.11, user: ops', 'address: 192.0.2.11, user: ops, excludeOutboundPorts: [8081]');
    const plan = grownPlan(({ dependencies }) => {
      const appliance = dependencies.findIndex(({ from }) => from === 'external/192.0.2.50');
      dependencies.splice(appliance, 1);
    }, yaml);
    const { steps, gate } = stage(plan, 'enforce-vm-b');
    expect(steps.map(({ action }) => action).filter((action) => action === 'recycle-vm-a')).toEqual([]);
    expect([...gate.metrics, ...stage(plan, 'join-catalog').gate.metrics].map(({ subject }) => subject)).not.toContain(
      'vm-a to pricing.shop.internal',
    );
  });

  it('says who stays outside, and which port is open for it', () => {
    expect(grownPlan().exempt[0]).toEqual({
      subject: 'external/192.0.2.50',
      service: 'pricing',
      port: 8081,
      reason: 'an appliance that nobody can change',
      expires: '2026-06-30',
    });
  });

  it('does not hold once it has expired', () => {
    const plan = grownPlan((inventory) => (inventory.capturedAt = '2026-06-30T00:00:00.000Z'));
    expect(codes(plan)).toContain('warning MW1331 pricing');
    expect(deferred(plan)).toContain('pricing enforce MW1316');
  });

  it('is said to exempt nobody when its caller was not seen', () => {
    const plan = grownPlan(undefined, grownYaml.replace('caller: external/192.0.2.50', 'caller: external/192.0.2.51'));
    expect(codes(plan)).toContain('warning MW1332 pricing');
    expect(deferred(plan)).toContain('pricing enforce MW1316');
  });

  it('does not let a service move away from a caller that follows no weights', () => {
    const yaml = grownYaml.replace('service: pricing, reason', 'service: catalog, reason');
    const plan = grownPlan(({ dependencies }) => dependencies.push(called('external/192.0.2.50', 'catalog', 8080)), yaml);
    expect(deferred(plan)).toContain('catalog replatform MW1316');
    expect(deferred(plan)).not.toContain('catalog enforce MW1316');
    const policies = manifests(plan, 'PeerAuthentication').filter(({ metadata }) => metadata.name.startsWith('catalog'));
    expect(policies.map((policy) => (policy['spec'] as { portLevelMtls: object }).portLevelMtls)).toEqual([
      { 8080: { mode: 'PERMISSIVE' } },
      { 8080: { mode: 'PERMISSIVE' } },
    ]);
  });
});

