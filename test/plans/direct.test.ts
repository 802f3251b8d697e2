import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { renderPlan } from '../../src/report/plan-text.ts';
import { toTerminal } from '../../src/report/style.ts';
import { called } from '../fakes/grown.ts';
import { direct, onPath } from '../fakes/path-shop.ts';
import { codes, deferred, manifests, stage } from '../fakes/read-plan.ts';

const golden = (name: string): string => join(import.meta.dirname, '../golden/plans', name);

describe('the direct path', () => {
  it('is laid out as the golden plan says', async () => {
    const plan = direct();
    const objects = ['WorkloadEntry', 'ServiceEntry', 'HTTPRoute', 'PeerAuthentication'].flatMap((kind) => manifests(plan, kind));
    const text = `${toTerminal(renderPlan(plan, { full: false }), false)}\n\n${stringify(objects)}`;
    await expect(text.replace(/sha256:[0-9a-f]{64}/, 'sha256:…')).toMatchFileSnapshot(golden('direct.txt'));
  });

  it('lets callers send plaintext to the VM: its entry has an address and labels, no account and no mTLS mode', () => {
    const [entry, ...others] = manifests(direct(), 'WorkloadEntry');
    expect(others).toEqual([]);
    expect(entry).toMatchObject({ metadata: { name: 'catalog-vm', namespace: 'shop' } });
    expect(entry?.['spec']).toEqual({ address: '192.0.2.11', labels: { 'serves.meshway.dev/catalog': 'vm' } });
    const services = manifests(direct(), 'Service').map((one) => one['spec']);
    expect(services).toContainEqual(expect.objectContaining({ selector: { 'serves.meshway.dev/catalog': 'vm' } }));
  });

  it('makes the entry before anything selects it, and takes it away last', () => {
    const [publish] = stage(direct(), 'publish-catalog').steps;
    const kinds = publish?.apply.map((one) => (one.op === 'kube.create' ? one.manifest.kind : one.op));
    expect(kinds).toEqual(['WorkloadEntry', 'Service', 'Service', 'DestinationRule', 'DestinationRule', 'HTTPRoute', 'ServiceEntry']);
    expect(publish?.revert).toHaveLength(7);
    expect((publish?.revert as { ref?: { kind: string } }[]).at(-1)?.ref?.kind).toBe('WorkloadEntry');
  });

  it('joins the twin and moves the traffic in one stage, once the callers are in', () => {
    const plan = direct();
    const order = plan.stages.map(({ id }) => id);
    expect(order).toEqual(['publish-catalog', 'join-web', 'join-pricing', 'move-catalog', 'enforce-catalog', 'enforce-web']);
    expect(stage(plan, 'move-catalog').steps.map(({ action }) => action)).toEqual([
      'enrol', 'weight-1', 'weight-5', 'weight-25', 'weight-50', 'weight-100',
    ]);
  });

  it('asks no proxy of the VM, which has none: its sockets tell whether somebody is left', () => {
    const { steps, gate } = stage(direct(), 'move-catalog');
    const subjects = steps.flatMap((one) => one.gate?.metrics ?? []).map(({ subject }) => subject);
    expect(subjects.filter((subject) => subject.includes('of all that arrives'))).toEqual([]);
    expect(subjects).toContain('share of catalog.shop.internal on its twin');
    expect(gate.checks).toContainEqual({ check: 'unit.unreached', host: 'vm-a', unit: 'catalog.service', ports: [8080] });
    expect(JSON.stringify(direct().stages)).not.toMatch(/"check":"(proxy\.ready|host\.[a-z]+)","host":"vm-a"/);
  });

  it('waits with the move and with STRICT while a caller cannot join', () => {
    const plan = direct(({ inventory, webCallsCatalog }) =>
      inventory.dependencies.push({ ...webCallsCatalog, from: 'external/192.0.2.99' }),
    );
    expect(deferred(plan)).toEqual(expect.arrayContaining(['catalog replatform MW1316', 'catalog enforce MW1316']));
    expect(plan.stages.map(({ id }) => id).filter((id) => /^(move|enforce)-catalog/.test(id))).toEqual([]);
  });

  it('waits with STRICT too where the move alone cannot be judged: the twin joins with it', () => {
    const plan = direct(({ webCallsCatalog }) => (webCallsCatalog.addressedBy = 'ip'));
    expect(deferred(plan)).toEqual(expect.arrayContaining(['catalog replatform MW1320', 'catalog enforce MW1317']));
  });

  it('lets what the twin alone was seen to call wait: it joins only in the stage in which it takes over', () => {
    const plan = direct(({ inventory }) => {
      inventory.dependencies = inventory.dependencies.filter(({ from }) => from !== 'vm/vm-a/catalog.service');
      inventory.dependencies.push(called('k8s/lab/shop/Deployment/catalog', 'pricing', 9090));
    });
    expect(deferred(plan)).toContain('pricing enforce MW1317');
    expect(plan.stages.map(({ id }) => id)).not.toContain('enforce-pricing');
  });

  it('is refused where a caller was in the mesh before the name', () => {
    const plan = direct(({ inventory, web }) => {
      web.meshed = true;
      for (const one of inventory.workloads) if (one.service === 'web') one.position.mesh = 'on';
    });
    expect(codes(plan)).toContain('error MW1365 catalog');
  });

  it('is refused beside a unit that joins, and goes together with one that does not', () => {
    const together = (path: string): string =>
      onPath('direct').replace(
        'path: stay, state: local, namespace: shop, workload: { host: vm-b,',
        `path: ${path}, state: none, twin: { cluster: lab, namespace: shop, kind: Deployment, name: pricing }, namespace: shop, workload: { host: vm-a,`,
      );
    expect(codes(direct(undefined, together('mesh-first')))).toContain('error MW1361 catalog');
    expect(codes(direct(undefined, together('direct'))).filter((one) => one.includes('MW1361'))).toEqual([]);
  });
});
