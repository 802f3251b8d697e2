import { describe, expect, it } from 'vitest';
import { foundElsewhere } from '../../src/assess/elsewhere.ts';
import type { Assessment, WorkloadReadiness } from '../../src/assess/schema.ts';
import { shopEstate, shopYaml } from '../fakes/shop.ts';
import { assessed, knownShop } from './known-shop.ts';

const web = 'k8s/lab/shop/Deployment/web';
const stands = ({ workloads }: Assessment): Record<string, WorkloadReadiness['readiness']> =>
  Object.fromEntries(workloads.map(({ id, readiness }) => [id, readiness]));
const exempting = (expires: string): string =>
  `${shopYaml}exemptions: [{ caller: ${web}, service: catalog, reason: an appliance, expires: ${expires} }]\n`;

describe('readiness', () => {
  it('is ready where nothing was found, and counts what is not known', () => {
    const assessment = assessed(knownShop());
    expect(assessment.readiness).toBe('ready');
    expect(new Set(Object.values(stands(assessment)))).toEqual(new Set(['ready']));
    expect(assessment.workloads.every(({ unknown }) => unknown > 0)).toBe(true);
  });

  it('is work where something is to be done, there alone', () => {
    const assessment = assessed(knownShop(({ vmB }) => void (vmB.firewall.foreignNatRules = 2)));
    expect(assessment.readiness).toBe('work');
    expect(stands(assessment)).toMatchObject({ 'vm/vm-b/pricing.service': 'work', 'vm/vm-a/catalog.service': 'ready' });
  });

  it('is blocked for a service and its twin where the service is refused', () => {
    const assessment = assessed(knownShop(({ twin }) => void (twin.readyReplicas = 0)));
    expect(assessment.readiness).toBe('blocked');
    expect(stands(assessment)).toMatchObject({
      'vm/vm-a/catalog.service': 'blocked',
      'k8s/lab/shop/Deployment/catalog': 'blocked',
      [web]: 'ready',
    });
  });

  it('is blocked for all without a mesh, and for a namespace that is ambient', () => {
    const none = assessed(knownShop(({ cluster }) => void (cluster.mesh = null)));
    expect(new Set(Object.values(stands(none)))).toEqual(new Set(['blocked']));
    const ambient = assessed(knownShop(({ cluster }) => void (cluster.namespaces = [{ name: 'shop', ambient: true }])));
    expect(stands(ambient)).toMatchObject({ [web]: 'blocked', 'vm/vm-b/pricing.service': 'ready' });
  });

  it('of pods does not suffer from what is about VMs, nor theirs from what is about pods', () => {
    const authority = assessed(knownShop(({ mesh }) => void (mesh.caAddress = 'vault:8200')));
    expect(stands(authority)).toMatchObject({ [web]: 'ready', 'vm/vm-a/catalog.service': 'work' });
    const jobs = assessed(
      knownShop(({ cluster, mesh }) => {
        mesh.nativeSidecars = 'off';
        mesh.injectedNamespaces = ['batch'];
        cluster.jobs = ['batch', 'shop'].map((namespace) => ({ kind: 'Job', namespace, name: 'j', optsOut: false }));
      }),
    );
    const levels = jobs.findings
      .filter(({ check }) => check === 'P7')
      .map(({ level, subject }) => `${level} ${subject}`);
    expect(levels).toEqual(['warning k8s/lab/batch/Job/j', 'info k8s/lab/shop/Job/j']);
  });

  it('is exempt while the register says so, which blocks nobody else', () => {
    const onNode = knownShop(({ web: pods }) => void (pods.hostNetwork = true));
    const held = assessed(onNode, shopEstate(exempting('2027-01-01')));
    expect([stands(held)[web], held.readiness]).toEqual(['exempt', 'work']);
    const over = assessed(onNode, shopEstate(exempting('2026-01-02')), 2 * 86_400_000);
    expect([stands(over)[web], over.readiness]).toEqual(['blocked', 'blocked']);
  });

  it('takes nothing for passed where discovery could not look', () => {
    const { checks, findings } = assessed(knownShop(({ inventory }) => void (inventory.hosts = [])));
    const hosts = checks.filter(({ id }) => id.startsWith('V') && id !== 'V5');
    expect(hosts.filter(({ outcome }) => outcome === 'clear')).toEqual([]);
    expect(checks.find(({ id }) => id === 'V9')).toMatchObject({
      outcome: 'unknown',
      because: 'discovery has not read vm-a, vm-b',
    });
    // An authority is judged by the cluster alone, and so is what is moot with this one.
    expect(checks.find(({ id }) => id === 'V5')?.outcome).toBe('moot');
    expect(findings.filter(({ check }) => check === 'D1').map(({ subject }) => subject)).toEqual(['vm-a', 'vm-b']);
  });
});

describe('a cluster that could not be read', () => {
  it('leaves nothing clear but what hosts alone tell', () => {
    const { checks, readiness } = assessed(knownShop(({ inventory }) => void (inventory.clusters = [])));
    const clear = checks.filter(({ outcome }) => outcome === 'clear' || outcome === 'moot').map(({ id }) => id);
    expect(clear).toEqual(['V1', 'V7', 'V8', 'V9', 'V10', 'V12', 'V13', 'V15', 'D3']);
    expect(readiness).toBe('blocked');
  });
});

describe('what was found elsewhere', () => {
  const seen = { code: 'MW1309', level: 'warning', subject: 'a', message: 'm' } as const;

  it('is told once, with the greater weight, and deferrals by what they wait for', () => {
    const why = { subject: 'a', code: 'MW1316', why: 'w' };
    const found = foundElsewhere([seen], {
      findings: [seen, { ...seen, level: 'error' }],
      deferred: [
        { ...why, move: 'replatform' },
        { ...why, move: 'enforce' },
        { ...why, code: 'MW1317', move: 'retire' },
      ],
    });
    expect(found.map(({ code, level, evidence }) => `${code} ${level}: ${evidence}`)).toEqual([
      'MW1309 error: seen by discovery',
      'MW1316 warning: the planner leaves replatform and enforce for later',
      'MW1317 info: the planner leaves retire for later',
    ]);
  });

  it('has its fix without arguments', () => {
    const byAddress = assessed(knownShop(({ webCallsCatalog }) => void (webCallsCatalog.addressedBy = 'ip')));
    expect(byAddress.findings.find(({ code }) => code === 'MW1320')?.fix).toMatch(/^Let these callers use HOSTNAME;/);
  });
});
