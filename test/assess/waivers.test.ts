import { describe, expect, it } from 'vitest';
import type { Assessment } from '../../src/assess/schema.ts';
import { estateDigest } from '../../src/estate/digest.ts';
import { sha256Digest } from '../../src/ports/hash.ts';
import { renderHtml } from '../../src/report/assess-html.ts';
import { renderAssessment } from '../../src/report/assess-text.ts';
import { renderJunit } from '../../src/report/junit.ts';
import { renderSarif } from '../../src/report/sarif.ts';
import { sarifSchema } from '../report/sarif-schema.ts';
import { shopEstate, shopYaml, type ShopParts } from '../fakes/shop.ts';
import { strict } from './grid-row.ts';
import { assessed, knownShop } from './known-shop.ts';

const DAY_MS = 86_400_000;
/** The shop with a register; the inventory is of 2026-01-01. */
const registered = (...entries: readonly string[]): string =>
  `${shopYaml}exemptions:\n${entries.map((entry) => `  - { ${entry} }\n`).join('')}`;
const waiver = (what: string, expires = '2026-12-31'): string =>
  registered(`${what}, reason: Docker serves none of ours, owner: team-a, expires: ${expires}`);
/** Rules of others on vm-b (MW1705 of V8), which make pricing ready with work. */
const docker = ({ vmB }: ShopParts): void => void (vmB.firewall.foreignNatRules = 2);

const assess = (yaml: string, change = docker, ageMs = 0): Assessment =>
  assessed(knownShop(change), shopEstate(yaml), ageMs);
const codes = ({ findings }: Assessment): string[] =>
  findings.filter(({ code }) => code !== 'MW1700').map(({ code, subject }) => `${code} ${subject}`);
const waived = (assessment: Assessment): string[] => assessment.waived.map(({ code, subject }) => `${code} ${subject}`);
const pricing = ({ workloads }: Assessment): string | undefined =>
  workloads.find(({ service }) => service === 'pricing')?.readiness;

describe('a waiver', () => {
  it.each([
    ['of a check on a subject', 'check: V8, subject: vm-b'],
    ['of a code on a subject', 'code: MW1705, subject: vm-b'],
    ['of a check and a code', 'check: V8, code: MW1705'],
    ['of a code wherever it is found', 'code: MW1705'],
    ['of all that is found on a subject', 'subject: vm-b'],
  ])('%s sets its finding apart, and the workload is exempt', (_, what) => {
    const assessment = assess(waiver(what));
    expect(waived(assessment)).toContain('MW1705 vm-b');
    expect(codes(assessment)).not.toContain('MW1705 vm-b');
    expect([pricing(assessment), assessment.readiness]).toEqual(['exempt', 'ready']);
    expect(assessment.waived[0]?.waiver).toMatchObject({ owner: 'team-a', expires: '2026-12-31' });
    // What it was about was found all the same.
    expect(assessment.checks.find(({ id }) => id === 'V8')?.outcome).toBe('found');
  });

  it.each([
    ['of another subject', 'check: V8, subject: vm-a'],
    ['of another check', 'check: V9, subject: vm-b'],
    ['of a check and a code that is not its', 'check: V8, code: MW1706'],
  ])('%s waives nothing, and is said to be for nothing', (_, what) => {
    const assessment = assess(waiver(what));
    expect(waived(assessment)).toEqual([]);
    expect(codes(assessment)).toContain('MW1705 vm-b');
    expect(assessment.findings.filter(({ code }) => code === 'MW1763')).toMatchObject([{ level: 'info', check: 'D3' }]);
    expect(assessment.checks.find(({ id }) => id === 'D3')?.outcome).toBe('found');
  });

  it('of a service stands for its workloads, and of what is not known too', () => {
    const assessment = assess(waiver('check: V17, subject: pricing'));
    expect(waived(assessment)).toEqual(['MW1700 vm/vm-b/pricing.service']);
  });

  it('holds until the day begins, and is spoken of two weeks before', () => {
    const at = (days: number): string[] => codes(assess(waiver('check: V8', '2026-01-31'), docker, days * DAY_MS));
    expect(at(15).filter((one) => /MW176|MW1705/.test(one))).toEqual([]);
    expect(at(17)).toContain('MW1762 shop');
    expect(at(17)).not.toContain('MW1705 vm-b');
    const soon = assess(waiver('check: V8', '2026-01-31'), docker, 17 * DAY_MS);
    expect(soon.findings.find(({ code }) => code === 'MW1762')?.owners).toEqual(['team-a']);
    expect(at(30)).toEqual(expect.arrayContaining(['MW1761 shop', 'MW1705 vm-b']));
    expect(at(30)).not.toContain('MW1762 shop');
  });

  it.each<[string, string, (parts: ShopParts) => void]>([
    ['STRICT before callers have joined', 'MW1713', ({ cluster }) => void (cluster.policies = [strict])],
    ['a way in that is not known', 'MW1706', ({ vmB }) => void (vmB.sshdPorts = [])],
    ['what the planner refuses', 'MW1107', ({ vmB }) => void (vmB.firewall.backend = 'none')],
    ['what discovery finds and the planner refuses', 'MW1117', ({ vmB }) => void (vmB.clockOffsetMs = 9000)],
  ])('cannot accept %s', (_, code, change) => {
    const assessment = assess(waiver(`code: ${code}`), change);
    expect(assessment.waived).toEqual([]);
    expect(assessment.readiness).toBe('blocked');
    expect(assessment.findings.filter((one) => one.code === 'MW1760').length).toBeGreaterThan(0);
  });

  it('can accept an error that neither a rule nor the planner holds', () => {
    const ambient = ({ cluster }: ShopParts): void => void (cluster.namespaces = [{ name: 'shop', ambient: true }]);
    const assessment = assess(waiver('code: MW1727'), ambient);
    expect(waived(assessment)).toEqual(['MW1727 k8s/lab/shop']);
    expect(assessment.readiness).toBe('ready');
  });

  it('is no part of what a plan rests on', () => {
    const digest = (yaml: string): string => estateDigest(shopEstate(yaml), sha256Digest);
    expect(digest(waiver('check: V8'))).toBe(digest(shopYaml));
    expect(digest(registered('caller: external/192.0.2.9, service: catalog, reason: r'))).not.toBe(digest(shopYaml));
  });
});

describe('an exempt caller', () => {
  const caller = 'caller: external/192.0.2.9, service: catalog, reason: an appliance';
  const calls = ({ inventory, webCallsCatalog }: ShopParts): void =>
    void inventory.dependencies.push({ ...webCallsCatalog, from: 'external/192.0.2.9' });

  it.each([
    ['neither owner nor end', '', 'no owner and no end'],
    ['no owner', ', expires: 2026-12-31', 'no owner'],
    ['no end', ', owner: team-a', 'no end'],
  ])('with %s is remarked upon', (_, rest, words) => {
    const { findings } = assess(registered(`${caller}${rest}`), calls);
    const [found] = findings.filter(({ code }) => code === 'MW1769');
    expect(found).toMatchObject({ level: 'info', subject: 'catalog' });
    expect(found?.cause).toContain(words);
  });

  it('ends by the time of the assessment, once said', () => {
    const yaml = registered(`${caller}, owner: team-a, expires: 2026-01-03`);
    const of = (days: number): string[] =>
      codes(assess(yaml, calls, days * DAY_MS)).filter((one) => /MW1331|MW1762|MW1769/.test(one));
    expect(of(0)).toEqual(['MW1762 catalog']);
    expect(of(3)).toEqual(['MW1331 catalog']);
  });
});

describe('what is waived', () => {
  const assessment = assess(waiver('check: V8, subject: vm-b'));
  const why = 'Docker serves none of ours';

  it('is in every report, apart', () => {
    const text = renderAssessment(assessment);
    expect(text).toMatch(/Waived[^]*MW1705 vm-b[^]*accepted until 2026-12-31 by team-a: Docker serves none of ours/);
    expect(text.split('\n')[0]).toContain('1 waived');
    const junit = renderJunit(assessment);
    expect(junit).toMatch(/name="MW1705 vm-b"><skipped message="accepted until 2026-12-31 by team-a/);
    const page = renderHtml(assessment, knownShop(docker));
    expect(page).toMatch(/<h2[^>]*>Waived/);
    expect(page).toContain(why);
  });

  it('is suppressed in SARIF from outside, and every other result says that it is not', () => {
    const { runs } = sarifSchema.parse(JSON.parse(renderSarif(assessment, { version: '0.0.0', file: 'estate.yaml' })));
    const suppressed = runs[0]?.results.filter(({ suppressions = [] }) => suppressions.length > 0) ?? [];
    expect(suppressed).toMatchObject([
      { ruleId: 'MW1705', suppressions: [{ kind: 'external', justification: `${why} (team-a, until 2026-12-31)` }] },
    ]);
    const without = renderSarif(assess(shopYaml), { version: '0.0.0', file: 'estate.yaml' });
    expect(without).not.toContain('suppressions');
  });
});
