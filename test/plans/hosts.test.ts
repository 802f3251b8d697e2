import { describe, expect, it } from 'vitest';
import { called, grownPlan, grownYaml, reports } from '../fakes/grown.ts';
import { codes, deferred, manifests, stage } from '../fakes/read-plan.ts';

describe('several services on one host', () => {
  it('move together, callees before their callers', () => {
    expect(grownPlan().stages.map(({ id }) => id)).toEqual([
      'join-vm-b',
      'join-vm-c',
      'join-catalog',
      'join-catalog-twin',
      'join-web',
      'shift-catalog',
      'enforce-vm-b',
      'enforce-catalog',
      'enforce-web',
    ]);
  });

  it('join by one proxy with one identity, a name each, and one capture of all their ports', () => {
    const plan = grownPlan();
    const { steps, subjects } = stage(plan, 'join-vm-b');
    expect(subjects).toEqual(['vm/vm-b/pricing.service', 'vm/vm-b/stock.service']);
    expect(steps.map(({ action }) => action)).toEqual(['identity', 'proxy', 'publish-pricing', 'publish-stock', 'capture']);
    expect(steps.at(-1)?.apply[0]).toMatchObject({ op: 'host.capture', capture: { inboundPorts: [8081, 8082] } });
    const [group] = manifests(plan, 'WorkloadGroup');
    expect(group).toMatchObject({
      metadata: { name: 'vm-b' },
      spec: {
        metadata: {
          labels: {
            'meshway.dev/group': 'vm-b',
            'meshway.dev/platform': 'vm',
            'serves.meshway.dev/pricing': 'vm',
            'serves.meshway.dev/stock': 'vm',
          },
        },
        template: { serviceAccount: 'vm-b', ports: { 'http-8081': 8081, 'http-8082': 8082 } },
      },
    });
    expect(codes(plan)).toContain('warning MW1325 vm-b');
  });

  it('have one policy: each is refused or none', () => {
    const policy = manifests(grownPlan(), 'PeerAuthentication').find(({ metadata }) => metadata.name === 'vm-b-vm-strict');
    expect(policy?.['spec']).toEqual({
      selector: { matchLabels: { 'meshway.dev/group': 'vm-b', 'meshway.dev/platform': 'vm' } },
      mtls: { mode: 'STRICT' },
      // The appliance calls pricing, and nobody else’s plaintext is expected.
      portLevelMtls: { 8081: { mode: 'PERMISSIVE' } },
    });
  });

  it('leave the port of a neighbour open whose callers are not all in the mesh', () => {
    const plan = grownPlan(({ dependencies }) => dependencies.push(called('external/192.0.2.77', 'stock', 8082)));
    expect(deferred(plan)).toContain('stock enforce MW1316');
    const { title, subjects } = stage(plan, 'enforce-vm-b');
    expect(title).toBe('pricing refuses plaintext, but for external/192.0.2.50 on port 8081');
    expect(subjects).toEqual(['vm/vm-b/pricing.service']);
    expect(manifests(plan, 'PeerAuthentication')[0]?.['spec']).toMatchObject({
      portLevelMtls: { 8081: { mode: 'PERMISSIVE' }, 8082: { mode: 'PERMISSIVE' } },
    });
  });

  it('are refused together when one of them is', () => {
    const plan = grownPlan(({ hosts }) => hosts[1]?.units.pop());
    expect(codes(plan)).toEqual(expect.arrayContaining(['error MW1310 stock', 'error MW1310 pricing']));
    expect(plan.stages.some(({ id }) => id.includes('vm-b'))).toBe(false);
  });

  it('are refused with two namespaces for one proxy', () => {
    const plan = grownPlan(undefined, grownYaml.replace('path: stay, namespace: shop, workload: { host: vm-b, unit: stock', 'path: stay, namespace: other, workload: { host: vm-b, unit: stock'));
    expect(codes(plan)).toContain('error MW1310 stock');
  });

  it('are named after the host, unless a service is', () => {
    const yaml = grownYaml.replaceAll('name: stock,', 'name: vm-b,');
    const plan = grownPlan(({ workloads, dependencies }) => {
      for (const workload of workloads) if (workload.service === 'stock') workload.service = 'vm-b';
      for (const dependency of dependencies) if (dependency.to === 'service/stock') dependency.to = 'service/vm-b';
    }, yaml);
    expect(plan.stages.map(({ id }) => id)).toContain('join-host-vm-b');
  });
});

describe('a host that only calls', () => {
  const plan = grownPlan();

  it('joins without an inbound port, whatever of it calls', () => {
    expect(stage(plan, 'join-vm-c').steps.at(-1)?.apply[0]).toMatchObject({
      op: 'host.capture',
      capture: { inboundPorts: [] },
    });
    // The timer’s unit is none of the estate’s services, but its host joins.
    expect(deferred(plan)).not.toContain('pricing enforce MW1316');
  });

  it('has its old connections recycled, each unit once and not those of its own host', () => {
    const steps = stage(plan, 'enforce-vm-b').steps.filter(({ action }) => action.startsWith('recycle'));
    expect(steps.map(({ action, apply }) => [action, apply[0]?.op === 'host.recycle' && apply[0].peers])).toEqual([
      ['recycle-vm-c-nightly', [{ address: '192.0.2.12', port: 8081 }]],
      ['recycle-vm-a', [{ address: '192.0.2.12', port: 8081 }]],
      ['recycle-vm-c-reports', [{ address: '192.0.2.12', port: 8081 }, { address: '192.0.2.12', port: 8082 }]],
    ]);
    const local = grownPlan(({ dependencies }) => dependencies.push(called('vm/vm-b/stock.service', 'pricing', 8081)));
    expect(stage(local, 'enforce-vm-b').steps.some(({ action }) => action.startsWith('recycle-vm-b'))).toBe(false);
  });

  it('is waited for where it calls often, and may not fail where it calls seldom', () => {
    const metrics = stage(plan, 'join-vm-c').gate.metrics.map(({ name, subject }) => `${name} ${subject}`);
    expect(metrics).toEqual([
      'error-count errors of vm-c to pricing.shop.internal',
      'traffic vm-c to stock.shop.internal',
      'error-rate vm-c to stock.shop.internal',
      'error-burst vm-c to stock.shop.internal',
      'handshakes vm-c to stock.shop.internal',
    ]);
  });

  it('stays outside when its capture leaves the callee’s port alone', () => {
    const yaml = grownYaml.replace('address: 192.0.2.13, user: ops', 'address: 192.0.2.13, user: ops, excludeOutboundPorts: [8082]');
    expect(deferred(grownPlan(undefined, yaml))).toContain('stock enforce MW1316');
  });
});

describe('callers by address', () => {
  it('are known to proxies by the VM’s address, and so may be enforced', () => {
    const plan = grownPlan();
    const entry = manifests(plan, 'ServiceEntry').find(({ metadata }) => metadata.name === 'stock');
    expect(entry?.['spec']).toMatchObject({ addresses: ['192.0.2.12'], hosts: ['stock.shop.internal'] });
    expect(deferred(plan).filter((one) => one.startsWith('stock'))).toEqual([]);
    const byName = manifests(plan, 'ServiceEntry').find(({ metadata }) => metadata.name === 'pricing');
    expect(byName?.['spec']).not.toHaveProperty('addresses');
  });
});

describe('a neighbour on the same host', () => {
  it('keeps a service from moving away: its calls follow no weights', () => {
    const plan = grownPlan(
      ({ dependencies, workloads }) => {
        workloads.push({ id: 'vm/vm-a/audit.service', service: 'audit', role: 'primary', position: { platform: 'vm', mesh: 'off' }, listeners: [], evidence: [] });
        dependencies.push(called('vm/vm-a/audit.service', 'catalog', 8080));
      },
      grownYaml.replace('services:\n', 'services:\n  - { name: audit, callers: none, namespace: shop, workload: { host: vm-a, unit: audit.service } }\n'),
    );
    // The fake host has no such unit: what matters here is the service it calls.
    expect(deferred(grownPlan(({ dependencies }) => dependencies.push(called('external/vm/vm-a/audit.service', 'catalog', 8080))))).toContain(
      'catalog replatform MW1334',
    );
    expect(codes(plan)).toEqual(expect.arrayContaining(['error MW1310 audit', 'error MW1310 catalog']));
  });
});

it('has no call of reports waited for by a gate on pricing', () => {
  const calls = (name: string): boolean =>
    grownPlan(({ dependencies }) => {
      for (const one of [...dependencies]) if (one.to === 'service/pricing' && one.from !== reports) dependencies.splice(dependencies.indexOf(one), 1);
    })
      .stages.find(({ id }) => id === 'join-vm-b')
      ?.gate.metrics.some(({ subject }) => subject.includes(name)) === true;
  expect([calls('port 8081'), calls('port 8082')]).toEqual([false, true]);
});
