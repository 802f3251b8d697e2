import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Assessment } from '../../src/assess/schema.ts';
import type { Inventory } from '../../src/inventory/schema.ts';
import { renderHtml } from '../../src/report/assess-html.ts';
import { renderAssessment } from '../../src/report/assess-text.ts';
import { renderJunit } from '../../src/report/junit.ts';
import { renderSarif } from '../../src/report/sarif.ts';
import { sanitize } from '../../src/report/sanitize.ts';
import { toTerminal } from '../../src/report/style.ts';
import { shopEstate } from '../fakes/shop.ts';
import { strict } from '../assess/grid-row.ts';
import { assessed, knownShop } from '../assess/known-shop.ts';
import { attributeValues, structureOf } from './markup-structure.ts';
import { sarifSchema } from './sarif-schema.ts';

const attacks = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onload='alert(1)",
  ']]><failure/>',
  '</testcase></testsuite>',
  '&lt;b&gt;&#60;',
  '</title></style><!--',
  '{0} [text](https://evil.example) \\',
  '\u001B[2J\u001B]0;title\u0007',
  '\u202Eevil\u2066\u200B',
  '\n::error::forged\n##vso[task.complete]',
  'x\u0000y',
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...attacks), fc.string({ unit: 'binary', maxLength: 20 })), {
    minLength: 1,
    maxLength: 4,
  })
  // Half a surrogate pair is U+FFFD once an inventory is read; `infested` puts one into the assessment itself.
  .map((parts) => parts.join('').toWellFormed());

/** A shop in which whatever a host or a cluster may name has the hostile name. */
function infested(name: string): { inventory: Inventory; assessment: Assessment } {
  const unit = { mainPid: 1, user: name, activeState: 'active', enabled: name, declares: [] };
  const word = `x${name.replaceAll(/\s/g, '')}`;
  const inventory = knownShop(({ inventory: all, cluster, mesh, vmA, vmB, web, webCallsCatalog }) => {
    vmA.units.push({ ...unit, name: `istio${name}` });
    vmA.listeners.push({
      protocol: 'tcp',
      address: name,
      port: 8080,
      unit: 'catalog.service',
      process: 'docker-proxy',
    });
    vmA.os.id = vmB.arch = mesh.network = mesh.trustDomain = mesh.caAddress = name;
    vmB.names['catalog.shop.internal'] = [name];
    cluster.podWebhooks = [name];
    cluster.policies = [{ ...strict, namespace: 'shop', name }];
    cluster.jobs = [{ kind: 'Job', namespace: name, name, optsOut: false }];
    cluster.kubelets = [name];
    cluster.gatewayCrds = [{ name, channel: name, bundleVersion: name }, { name: 'other' }];
    cluster.leftovers = [{ crd: name, objects: 1 }];
    cluster.unread = [{ what: name, reason: name }];
    const full = { hard: { cpu: 1, memory: 1 }, used: {} };
    cluster.quotas = [{ namespace: 'shop', name, requests: full, limits: full, isScoped: false }];
    const target = { kind: 'Deployment', name: 'web' };
    cluster.autoscalers = [
      { namespace: 'shop', name, target, minReplicas: 1, maxReplicas: 2, byShareOf: ['cpu', name] },
    ];
    cluster.services.push({
      namespace: 'shop',
      name,
      clusterIP: 'None',
      selector: { app: 'web' },
      ports: [80],
      endpoints: [],
      type: 'ExternalName',
      portWords: [{ port: 80, name }],
    });
    web.unprobed = web.initContainers = web.withoutPreStop = [name];
    web.terminationGracePeriodSeconds = 1;
    all.dependencies.push({ ...webCallsCatalog, from: `external/${word}` });
    all.dependencies.push({ ...webCallsCatalog, from: 'vm/vm-a/catalog.service', to: `external/${word}` });
  });
  const estate = shopEstate();
  const [reason, owner] = [`x${name}`, `x${name}`];
  estate.exemptions.push({ code: 'MW1726', subject: 'lab', reason, owner, expires: '2026-01-10' });
  estate.exemptions.push({ caller: 'external/192.0.2.9', service: 'catalog', reason });
  const assessment = assessed(inventory, estate);
  const [first] = assessment.findings;
  if (first) assessment.findings.push({ ...first, subject: `${name}\uD800` });
  return { inventory, assessment };
}

const unsafe = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]|\p{Surrogate}/u;

describe('hostile names in a report', () => {
  const plain = infested('plain name');

  it('are in every format to begin with', () => {
    const { assessment, inventory } = plain;
    const texts = [
      renderHtml(assessment, inventory),
      renderJunit(assessment),
      renderSarif(assessment, { version: '1', file: 'estate.yaml' }),
      renderAssessment(assessment),
    ];
    for (const text of texts) expect(text.split('plain name').length).toBeGreaterThan(10);
  });

  it('change no tag of the page, and add no markup', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const { assessment, inventory } = infested(name);
        const page = renderHtml(assessment, inventory);
        const { tags, strays } = structureOf(page);
        expect(strays).toEqual([]);
        expect(new Set(tags)).toEqual(new Set(structureOf(renderHtml(plain.assessment, plain.inventory)).tags));
        expect(page).not.toMatch(unsafe);
        expect(
          attributeValues(page).filter(
            (value) => /[<>"']|javascript:/i.test(value) && !value.startsWith('default-src'),
          ),
        ).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  it('change no tag of the JUnit report', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const report = renderJunit(infested(name).assessment);
        const { tags, strays } = structureOf(report);
        expect(strays).toEqual([]);
        expect(tags.filter((one) => one.startsWith('/')).length).toBe(
          tags.filter((one) => /^(testsuites?|failure|system-out)\b/.test(one) || one === 'testcase classname name')
            .length - selfClosed(report),
        );
        expect(report).not.toMatch(unsafe);
      }),
      { numRuns: 60 },
    );
  });

  it('leave the SARIF log what its specification says', () => {
    fc.assert(
      fc.property(hostile, fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }), (name, file) => {
        const log = renderSarif(infested(name).assessment, { version: '1', file: `dir/${file}.yaml` });
        const parsed = sarifSchema.safeParse(JSON.parse(log));
        expect(parsed.error?.issues ?? []).toEqual([]);
        expect(log).not.toMatch(unsafe);
        expect(JSON.stringify(JSON.parse(log))).not.toMatch(unsafe);
      }),
      { numRuns: 60 },
    );
  });

  it('add no line and no command to the text', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const { assessment } = infested(name);
        const text = toTerminal(renderAssessment(assessment), false);
        expect(text).not.toMatch(unsafe);
        expect(sanitize(text)).toBe(text);
        expect(text).not.toMatch(/^\s*(::|##)/m);
      }),
      { numRuns: 60 },
    );
  });
});

function selfClosed(report: string): number {
  return [...report.matchAll(/<testcase [^<>]*\/>/g)].length;
}
