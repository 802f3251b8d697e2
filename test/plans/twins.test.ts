import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { assess } from '../../src/assess/assess.ts';
import { workloadsOf } from '../../src/inventory/workloads.ts';
import { Landmarks } from '../../src/inventory/landmarks.ts';
import { comparePaths } from '../../src/plans/compare/compare.ts';
import { lint, type LintReport } from '../../src/plans/lint/lint.ts';
import { dependedOn } from '../../src/plans/lock/depended-on.ts';
import type { OperationOf } from '../../src/plans/operation.ts';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import { positionsAfter, rungsOf, wavesOf } from '../../src/plans/positions.ts';
import { sha256Digest } from '../../src/ports/hash.ts';
import { providerOf } from '../../src/providers/index.ts';
import { renderPlan } from '../../src/report/plan-text.ts';
import { toTerminal } from '../../src/report/style.ts';
import { codes, deferred, manifests, stage } from '../fakes/read-plan.ts';
import { shopEstate, shopInventory } from '../fakes/shop.ts';
import { splitTwin, TWINS, twinsPlan, twinsYaml } from '../fakes/twins-shop.ts';
import { metricBy, threshold } from '../fakes/metrics.ts';

const names = Object.keys(TWINS);
const ids = names.map((name) => `k8s/lab/shop/Deployment/${name}`);
const retiring = '    unmatched: none\n    retire: { name: kept }\n';
const weights = (plan: MigrationPlan): OperationOf<'route.weights'>[] =>
  stage(plan, 'shift-catalog').steps.flatMap(({ apply }) => apply.flatMap((one) => (one.op === 'route.weights' ? [one] : [])));

function linted(plan: MigrationPlan, yaml = twinsYaml()): LintReport {
  const digest = sha256Digest('inventory');
  const inventory = { file: 'inventory.json', inventory: shopInventory(splitTwin), digest };
  const estate = { file: 'estate.yaml', estate: shopEstate(yaml), digest: sha256Digest('estate') };
  return lint({ plan, hash: sha256Digest, nowMs: Date.parse('2026-01-02T00:00:00Z'), inventory, estate });
}
const problems = (report: LintReport): string[] =>
  report.findings.filter(({ level }) => level === 'error').map(({ code, subject }) => `${code} ${subject}`);

interface Rule {
  matches?: object[];
  backendRefs: { name: string; weight: number }[];
}

describe('several twins of one unit', () => {
  it('are laid out as the golden plan says', async () => {
    const plan = twinsPlan(twinsYaml(retiring));
    const objects = ['Service', 'ServiceEntry', 'HTTPRoute', 'PeerAuthentication'].flatMap((kind) => manifests(plan, kind));
    const text = `${toTerminal(renderPlan(plan, { full: false }), false)}\n\n${stringify(objects)}`;
    const golden = join(import.meta.dirname, '../golden/plans/twins.txt');
    await expect(text.replace(/sha256:[0-9a-f]{64}/, 'sha256:…')).toMatchFileSnapshot(golden);
  });

  it('have one rule each, the VM beside every one of them, and a last rule for what none of them takes', () => {
    const [route, ...others] = manifests(twinsPlan(), 'HTTPRoute');
    expect(others).toEqual([]);
    const { rules } = route?.['spec'] as { rules: Rule[] };
    expect(rules.map(({ backendRefs }) => backendRefs.map(({ name, weight }) => `${name}=${weight}`))).toEqual([
      ...names.map((name) => ['catalog-vm=100', `catalog-k8s-${name}=0`]),
      ['catalog-vm=100'],
    ]);
    expect(rules.map(({ matches }) => matches?.length)).toEqual([1, 1, 2, undefined]);
    expect(rules[2]?.matches?.[1]).toEqual({ path: { type: 'PathPrefix', value: '/orders' }, method: 'HEAD' });
  });

  it('climb one ladder together, by weights that complete every rule', () => {
    const plan = twinsPlan();
    expect(rungsOf(stage(plan, 'shift-catalog'))).toEqual([1, 5, 25, 50, 100]);
    for (const { backends } of weights(plan)) {
      const [vm, ...twins] = backends.map(({ weight }) => weight);
      expect(twins).toHaveLength(3);
      expect(twins.map((twin) => twin + (vm ?? 0))).toEqual([100, 100, 100]);
    }
  });

  it('get weight after all have joined and each was seen healthy in the callers’ proxies', () => {
    const plan = twinsPlan();
    const order = plan.stages.map(({ id }) => id);
    const shift = order.indexOf('shift-catalog');
    for (const name of names) expect(order.slice(0, shift)).toContain(`join-catalog-twin-${name}`);
    for (const { require, requireRevert, action } of stage(plan, 'shift-catalog').steps.filter(({ action }) => action.startsWith('weight'))) {
      const seen = require.flatMap((check) => (check.check === 'proxy.endpoints' ? [check.backend] : []));
      expect(seen).toEqual([...names.map((name) => `catalog-k8s-${name}`), 'catalog-vm'].map((object) => `outbound|8080||${object}.shop.svc.cluster.local`));
      expect(requireRevert).toHaveLength(action === 'weight-100' ? 1 : 0);
    }
  });

  it('are judged by their share in sum, and each by its own errors, once it was called', () => {
    const { steps } = stage(twinsPlan(), 'shift-catalog');
    const gate = steps.find(({ action }) => action === 'weight-50')?.gate;
    const share = gate?.metrics.find(({ subject }) => subject === 'share of catalog.shop.internal on its twins');
    for (const name of names) expect(threshold(share).query).toContain(`catalog-k8s-${name}`);
    expect(threshold(share).query).not.toContain('catalog-vm');
    expect(share).toMatchObject({ min: 0.4, max: 0.6 });
    const each = gate?.metrics.filter(({ subject }) => subject.includes(' on twin ')) ?? [];
    expect(each.map(({ subject, minRequests }) => `${subject} ${minRequests}`)).toEqual(
      names.map((name) => `calls of catalog.shop.internal on twin ${name}, beside the VM 1`),
    );
    expect(metricBy(each[0], 'errors').judged.errors).not.toMatch(/catalog-k8s-(items|history)/);
  });

  it('that call each other by the name follow its weights, and are counted with its callers', () => {
    const own = { from: ids[1] ?? '', to: 'service/catalog' };
    const plan = twinsPlan(twinsYaml(), ({ inventory, webCallsCatalog }) =>
      inventory.dependencies.push({ ...webCallsCatalog, ...own }),
    );
    const rung = stage(plan, 'shift-catalog').steps.find(({ action }) => action === 'weight-50');
    const seen = rung?.require.flatMap((check) => (check.check === 'proxy.endpoints' ? [JSON.stringify(check.callers)] : []));
    expect(seen?.every((callers) => callers.includes('"name":"items"') && callers.includes('"name":"web"'))).toBe(true);
    const arriving = rung?.gate?.metrics.find(({ subject }) => subject.endsWith('of all that arrives'));
    expect(threshold(arriving).query).toContain('pod=~"items-');
    expect(rung?.gate?.metrics.map(({ name, subject }) => `${name} ${subject}`)).toContain(
      'error-count errors of shop/items to catalog.shop.internal on its twins',
    );
    expect(codes(plan)).toEqual([]);
  });

  it('whose matches may leave calls to the VM have a share of at most their weight, and of some', () => {
    const { steps } = stage(twinsPlan(twinsYaml('')), 'shift-catalog');
    const share = steps.find(({ action }) => action === 'weight-50')?.gate?.metrics.find(({ name }) => name === 'traffic-share');
    expect(share).toMatchObject({ min: 0.0001, max: 0.6 });
  });

  it('refuse plaintext with the VM, each by a policy of its own', () => {
    const plan = twinsPlan();
    expect(stage(plan, 'enforce-catalog').subjects.toSorted()).toEqual([...ids, 'vm/vm-a/catalog.service'].toSorted());
    const selected = manifests(plan, 'PeerAuthentication').map(({ metadata, spec }) => [metadata.name, (spec as { selector: { matchLabels: object } }).selector.matchLabels]);
    for (const name of names) expect(selected).toContainEqual([`catalog-k8s-${name}-pods-strict`, { app: name }]);
    expect(new Set(stage(plan, 'enforce-catalog').steps.map(({ id }) => id)).size).toBe(4);
  });

  it('take over the unit that stops, where the estate says that they match every call', () => {
    const plan = twinsPlan(twinsYaml(retiring));
    expect(codes(plan)).toEqual([]);
    const { subjects, steps, gate } = stage(plan, 'retire-catalog');
    expect(subjects.toSorted()).toEqual([...ids, 'vm/vm-a/catalog.service'].toSorted());
    const stop = steps.find(({ action }) => action === 'stop');
    expect(stop?.require.filter(({ check }) => check === 'proxy.endpoints')).toHaveLength(3);
    expect(gate.checks.filter(({ check }) => check === 'workload.rolledOut')).toHaveLength(3);
    expect(problems(linted(plan, twinsYaml(retiring)))).toEqual([]);
  });

  it.each([
    ['retire without that word', twinsYaml('    retire: { name: kept }\n'), 'error MW1367 catalog'],
    ['DNS', twinsYaml().replace('mesh-first', 'platform-first'), 'error MW1366 catalog'],
    ['the direct path', twinsYaml().replace('mesh-first', 'direct'), 'error MW1366 catalog'],
    ['a copy that works at weight 0', twinsYaml().replace('state: none\n', 'state: singleton\n'), 'error MW1315 catalog'],
  ])('are refused with %s', (_, yaml, code) => {
    const plan = twinsPlan(yaml);
    expect(codes(plan)).toContain(code);
    expect(plan.applyable).toBe(false);
    expect(plan.stages.map(({ id }) => id)).not.toContain('shift-catalog');
  });

  it('wait for the one that is not there, or not ready', () => {
    const without = (change: 'gone' | 'unready'): string[] =>
      codes(
        twinsPlan(twinsYaml(), ({ cluster }) => {
          const at = cluster.workloads.findIndex(({ name }) => name === 'items');
          const [found] = cluster.workloads.splice(at, 1);
          if (found && change === 'unready') cluster.workloads.push({ ...found, readyReplicas: 0 });
        }),
      );
    expect(without('gone')).toContain('error MW1307 catalog');
    expect(without('unready')).toContain('error MW1308 catalog');
  });

  it('wait for a caller that follows no weights', () => {
    const plan = twinsPlan(twinsYaml(), ({ inventory, webCallsCatalog }) => inventory.dependencies.push({ ...webCallsCatalog, from: 'external/192.0.2.99' }));
    expect(deferred(plan)).toContain('catalog replatform MW1316');
  });

  it('pass lint; a rung that leaves one of their rules incomplete does not', () => {
    expect(problems(linted(twinsPlan()))).toEqual([]);
    const plan = twinsPlan();
    const [, twin] = weights(plan)[1]?.backends ?? [];
    if (twin) twin.weight = 4;
    expect(problems(linted(plan))).toContain('MW1809 shift-catalog/weight-5');
  });

  it('stand where the plan leads them, with the weight of the calls that they match', () => {
    const plan = twinsPlan();
    const last = positionsAfter(plan, shopInventory(splitTwin), wavesOf(plan).at(-1) ?? 0);
    const catalog = last.filter(({ service }) => service === 'catalog');
    expect(catalog.map(({ role, weight, isStrict }) => `${role} ${weight} ${isStrict}`)).toEqual(['primary 0 true', ...names.map(() => 'twin 100 true')]);
  });

  it('are in the lock, the comparison, the assessment and the inventory', () => {
    const [estate, inventory] = [shopEstate(twinsYaml()), shopInventory(splitTwin)];
    const locked = [...dependedOn({ plan: twinsPlan(), estate, inventory }).keys()];
    expect(locked).toEqual(expect.arrayContaining(names.map((name) => `workload/lab/shop/Deployment/${name}`)));
    const digests = { estate: sha256Digest('estate'), inventory: sha256Digest('inventory') };
    const compared = comparePaths({ id: 'shop', estate, inventory, provider: providerOf('istio'), digests, hash: sha256Digest });
    const row = (path: string) => compared.services.find((one) => one.service === 'catalog' && one.path === path);
    expect(row('mesh-first')?.figures?.capacity.pods).toBe(6);
    expect(row('direct')?.against.map(({ code }) => code)).toEqual(['MW1366']);
    const found = workloadsOf(estate, inventory.hosts, inventory.clusters, '2026-01-01T00:00:00.000Z');
    expect(found.flatMap(({ id, role }) => (role === 'twin' ? [id] : []))).toEqual(ids);
    const landmarks = new Landmarks(estate, inventory.hosts, inventory.clusters);
    expect(ids.map((id) => landmarks.calleeOf(id))).toEqual(ids);
    const report = assess({ estate, inventory, nowMs: Date.parse('2026-01-02T00:00:00Z'), found: [] });
    for (const id of ids) expect(JSON.stringify(report)).toContain(id);
  });
});
