import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hostChecks } from '../../../src/execute/checks/host.ts';
import { kubeChecks } from '../../../src/execute/checks/kube.ts';
import { trustChecks } from '../../../src/execute/checks/trust.ts';
import { hostOperations } from '../../../src/execute/operations/host/index.ts';
import { kubeOperations } from '../../../src/execute/operations/kube/index.ts';
import { checkSchema } from '../../../src/plans/check.ts';
import { operationSchema } from '../../../src/plans/operation.ts';
import { ownedKinds } from '../../../src/plans/owned-kinds.ts';
import { checkRights } from '../../../src/plans/rights/checks.ts';
import { PREFLIGHT_NAME, rightsOfPlan } from '../../../src/plans/rights/of-plan.ts';
import { operationRights, rightsOfOperation } from '../../../src/plans/rights/operations.ts';
import { remarksOf } from '../../../src/plans/rights/remarks.ts';
import { resourceOf } from '../../../src/plans/rights/resources.ts';
import { rolesOf, userSubject } from '../../../src/plans/rights/roles.ts';
import { hostNeeds, scopesOf } from '../../../src/plans/rights/rules.ts';
import { renderRoles } from '../../../src/report/rights-text.ts';
import { askEverything } from '../../fakes/rights-run.ts';
import { retiringYaml, shopEstate, shopPlan, shopYaml } from '../../fakes/shop.ts';
import { root } from '../../run-mesh.ts';

const sorted = (names: Iterable<string>): string[] => [...names].toSorted();

describe('the table of rights', () => {
  it('has a row for every operation that can be carried out, and for no other', () => {
    const handled = [...Object.keys(kubeOperations), ...Object.keys(hostOperations), 'manual'];
    expect(sorted(Object.keys(operationRights))).toEqual(sorted(handled));
    expect(sorted(operationSchema.options.map(({ shape }) => shape.op.value))).toEqual(sorted(handled));
  });

  it('has a row for every check that can be read, and for no other', () => {
    const read = [...Object.keys(kubeChecks), ...Object.keys(hostChecks), ...Object.keys(trustChecks)];
    expect(sorted(Object.keys(checkRights))).toEqual(sorted(read));
    expect(sorted(checkSchema.options.map(({ shape }) => shape.check.value))).toEqual(sorted(read));
  });

  it('knows what RBAC calls every kind that is owned', () => {
    for (const [apiVersion, kind] of ownedKinds)
      expect(resourceOf({ on: 'cluster', cluster: 'lab', apiVersion, kind, verb: 'get' }).resource).toMatch(/^[a-z]+$/);
  });

  it('refuses a kind that it does not know, by its code', () => {
    const manifest = { apiVersion: 'example.com/v1', kind: 'Widget', metadata: { name: 'a', namespace: 'shop' } };
    const rights = rightsOfOperation({ op: 'kube.create', cluster: 'lab', manifest });
    expect(() => scopesOf(rights)).toThrow(/MW1386: Widget shop a of the plan is about Widget \(example\.com\/v1\)/);
    const odd = { ...manifest, apiVersion: 'v1', kind: 'constructor' };
    expect(() => scopesOf(rightsOfOperation({ op: 'kube.create', cluster: 'lab', manifest: odd }))).toThrow(/MW1386/);
  });

  it('names the same object in preflight as preflight does', () => {
    expect(readFileSync(join(root, 'src/execute/preflight.ts'), 'utf8')).toContain('name: PREFLIGHT_NAME');
    expect(PREFLIGHT_NAME).toBe('meshway-preflight');
  });

  it('is the only place where commands run as root from: every script of a host goes through one port', () => {
    const direct = globSync('src/execute/**/*.ts', { cwd: root }).filter((file) =>
      /['"`]sudo /.test(readFileSync(join(root, file), 'utf8')),
    );
    expect(direct).toEqual([]);
  });
});

const plans = [
  ['the shop', shopYaml],
  ['a shop whose catalog retires', retiringYaml('{ name: dns, answers: [192.0.2.99] }')],
  ['a shop of TCP', shopYaml.replace('    path: mesh-first\n', '    path: mesh-first\n    protocol: tcp\n')],
] as const;

describe.each(plans)('the rights of %s', (_, yaml) => {
  const plan = shopPlan(undefined, yaml);
  const estate = shopEstate(yaml);

  it('are enough for everything that apply and rollback do', async () => {
    const rights = rightsOfPlan(plan, estate);
    const { refused, hosts, grants } = await askEverything(plan, estate, rights, 'shop-1a2b3c');
    expect(refused).toEqual([]);
    expect(grants.length).toBeGreaterThan(100);
    const needs = hostNeeds(rights).flatMap(({ host, as }) => as.map((one) => `${host} ${one}`));
    expect(sorted(hosts)).toEqual(sorted(needs));
  });

  it('are enough with the name of the run, which no other run has', async () => {
    const named = rightsOfPlan(plan, estate, { run: 'shop-1a2b3c' });
    expect((await askEverything(plan, estate, named, 'shop-1a2b3c')).refused).toEqual([]);
    const other = await askEverything(plan, estate, named, 'shop-000000');
    expect(other.refused.join('\n')).toContain('may not get secrets meshway-shop-000000');
  });

  it('hold nothing that was not asked for: no verb and no name', async () => {
    const rights = rightsOfPlan(plan, estate, { run: 'shop-1a2b3c' });
    const { grants } = await askEverything(plan, estate, rights, 'shop-1a2b3c');
    const used = new Set(grants.map(({ rule, verb, name }) => JSON.stringify([rule, verb, rule.resourceNames ? name : null])));
    const idle = scopesOf(rights).flatMap(({ rules }) =>
      rules.flatMap((rule) =>
        rule.verbs.flatMap((verb) =>
          (rule.resourceNames ?? [null]).flatMap((name) =>
            used.has(JSON.stringify([rule, verb, name])) ? [] : [`${verb} ${rule.resources.join()} ${name ?? ''}`],
          ),
        ),
      ),
    );
    expect(idle).toEqual([]);
  });

  it('are refused when one is taken away', async () => {
    const rights = rightsOfPlan(plan, estate);
    const without = rights.filter((right) => !(right.on === 'cluster' && right.kind === 'Deployment' && right.verb === 'patch'));
    const { refused } = await askEverything(plan, estate, without, 'shop-1a2b3c');
    expect(refused.join('\n')).toContain('may not patch deployments');
  });
});

describe('the rights of a shop with an admission policy', () => {
  const estate = shopEstate();
  const fenced = { ...estate, policy: { ...estate.policy, admissionPolicy: true } };

  it('are enough, and are those of one policy once its run has a name', async () => {
    const rights = rightsOfPlan(shopPlan(), fenced, { run: 'shop-1a2b3c' });
    expect((await askEverything(shopPlan(), fenced, rights, 'shop-1a2b3c')).refused).toEqual([]);
    const other = await askEverything(shopPlan(), fenced, rights, 'shop-000000');
    expect(other.refused.join('\n')).toContain('may not get validatingadmissionpolicybindings meshway-shop-000000');
  });

  it('are too few without it', async () => {
    const { refused } = await askEverything(shopPlan(), fenced, rightsOfPlan(shopPlan(), estate), 'shop-1a2b3c');
    expect(refused.join('\n')).toContain('validatingadmissionpolic');
  });
});

describe('roles', () => {
  const rights = rightsOfPlan(shopPlan(), shopEstate());

  it('are as the golden file has them', async () => {
    const scopes = scopesOf(rights);
    const text = renderRoles(rolesOf(shopPlan(), scopes, userSubject('ops@example.com')), remarksOf(scopes));
    await expect(`${text}\n`).toMatchFileSnapshot('../../golden/plans/shop-roles.yaml');
  });

  it('list no Secrets, and give no right over a whole cluster but to read its name', () => {
    const scopes = scopesOf(rights);
    const verbs = new Set(scopes.flatMap(({ rules }) => rules.flatMap((rule) => rule.verbs)));
    expect(sorted(verbs)).toEqual(['create', 'delete', 'get', 'list', 'patch', 'update']);
    const wide = scopes.filter(({ namespace }) => namespace === undefined);
    expect(wide.flatMap(({ rules }) => rules)).toEqual([
      { apiGroups: [''], resources: ['namespaces'], resourceNames: ['kube-system'], verbs: ['get'] },
    ]);
    const secrets = scopes.flatMap(({ rules }) => rules).filter(({ resources }) => resources.includes('secrets'));
    expect(secrets.flatMap((rule) => rule.verbs)).not.toContain('list');
  });
});
