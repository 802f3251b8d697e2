import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { canonicalJson } from '../../../src/plans/canonical.ts';
import { Budget, expand, isCall } from '../../../src/plans/fold/expand.ts';
import { planFileSchema } from '../../../src/plans/fold/file-schema.ts';
import { foldList } from '../../../src/plans/fold/fold-list.ts';
import type { Json } from '../../../src/plans/fold/generalise.ts';
import { asRegex, readText, writeText } from '../../../src/plans/fold/placeholder.ts';
import type { MigrationPlan } from '../../../src/plans/plan.ts';
import { printPlan, readPlan } from '../../../src/plans/read.ts';
import { sha256Digest } from '../../../src/ports/hash.ts';
import { type FleetShape, fleetPlan, plainFleet } from '../../fakes/fleet.ts';
import { planOf } from '../../fakes/plan.ts';
import { policyPlan } from '../../fakes/executor.ts';

const unfoldedLines = (plan: MigrationPlan): number =>
  stringify(plan, { lineWidth: 0, aliasDuplicateObjects: false }).split('\n').length;
const read = (text: string): MigrationPlan => readPlan(text, 'plan', sha256Digest);
const folded = (items: readonly Json[]): Json[] => {
  const { items: shown, templates } = foldList(items, { minMembers: 2, minSavedLines: -1000 });
  return shown.map((item) => (isCall(item) ? expand(item, templates, new Budget(1e9)) : item));
};

describe('a plan of many hosts', () => {
  const plan = fleetPlan(plainFleet);
  const text = printPlan(plan, sha256Digest);

  it('takes a tenth of the lines, at most, and is the same plan', () => {
    expect(plan.stages.length).toBeGreaterThan(600);
    expect(text.split('\n').length * 10).toBeLessThan(unfoldedLines(plan));
    expect(read(text)).toEqual(plan);
  });

  it('has one line for what differs of each host, in the words of the plan', () => {
    expect(text).toMatch(/ {2}- like: join\S*\n {4}with: \{ name: app-\d{3}, host: vm-\d{3}, wave: \d+, port: \d+, address: 10\.0\./);
    expect(text).toContain('serves.meshway.dev/{{name}}: vm');
  });

  it('is as the schema of plan files says', () => {
    expect(planFileSchema.safeParse(parse(text)).success).toBe(true);
    expect(planFileSchema.safeParse(JSON.parse(JSON.stringify(plan))).success).toBe(true);
  });

  it('has no alias, no merge key, and the same bytes each time', () => {
    expect(text).not.toMatch(/^\s*(- )?(&|\*|<<)/m);
    expect(printPlan(read(text), sha256Digest)).toBe(text);
  });

  it('is refused when a value of one host was edited, or a template', () => {
    const edited = [text.replace('host: vm-007', 'host: vm-008'), text.replace('timeoutMs: 180000', 'timeoutMs: 18')];
    for (const one of edited) {
      expect(one).not.toBe(text);
      expect(() => read(one)).toThrow(expect.objectContaining({ code: 'MW1301' }));
    }
  });
});

describe('folding', () => {
  it.each<[string, MigrationPlan]>([
    ['one stage', policyPlan(['one'])],
    ['two stages', policyPlan(['one', 'two'])],
  ])('leaves %s as it is: nothing would be saved', (_, plan) => {
    expect(printPlan(plan, sha256Digest)).toBe(
      stringify(plan, { schema: 'core', version: '1.2', lineWidth: 0, aliasDuplicateObjects: false }),
    );
  });

  it('gives back every plan, of fleets of any shape', () => {
    const shape: fc.Arbitrary<FleetShape> = fc.record({
      vms: fc.integer({ min: 1, max: 9 }),
      callees: fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 4 }),
      twoServicesEvery: fc.integer({ min: 0, max: 5 }),
      tcpEvery: fc.integer({ min: 0, max: 4 }),
      oddEvery: fc.integer({ min: 0, max: 4 }),
    });
    const property = fc.property(shape, fc.boolean(), (one, withHashes) => {
      const plan = fleetPlan(one);
      expect(read(printPlan(plan, withHashes ? undefined : sha256Digest))).toEqual(plan);
    });
    fc.assert(property, { numRuns: 15 });
  });

  it('gives back a plan whose steps do not have the hashes that follow from them', () => {
    const plan = planOf(Array.from({ length: 9 }, () => ({ steps: 8 })));
    const [stage] = plan.stages;
    for (const step of stage?.steps ?? []) step.hash = sha256Digest('another');
    const { digest: _, ...body } = plan;
    const other = { ...plan, digest: sha256Digest(canonicalJson(body)) };
    const text = printPlan(other, sha256Digest);
    expect(text).toContain('templates:');
    expect(read(text)).toEqual(other);
  });

  it('gives back whatever JSON there is, whatever it has in it', () => {
    const word = fc.constantFrom('{{', '{{open}}', '{{{a}}', '{{a}}', 'a', 'vm-1', '10.0.0.1', String.raw`10\\.0`, '\n', ' ', '8080', '__proto__', '-');
    const text = fc.array(word, { maxLength: 6 }).map((words) => words.join(''));
    const leaf = fc.oneof(text, fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.constant(null));
    const { json } = fc.letrec<{ json: Json }>((tie) => ({
      json: fc.oneof(
        { maxDepth: 3 },
        leaf,
        fc.array(tie('json'), { maxLength: 3 }),
        fc.dictionary(fc.oneof(text, fc.constantFrom('host', 'port', 'like', 'with')), tie('json'), { maxKeys: 4 }),
      ),
    }));
    // Those that the property is about are alike but for their words.
    const alike = fc.tuple(text, fc.array(leaf, { minLength: 2, maxLength: 5 }), json).map(([key, leaves, rest]) =>
      leaves.map((one, at): Json => ({ [key]: one, at, rest, text: `${key} ${String(one)} ${at}` })),
    );
    fc.assert(
      fc.property(fc.oneof(alike, fc.array(json, { maxLength: 5 })), (items) => {
        const plain = items.filter((item) => !isCall(item));
        expect(folded(plain).map(canonicalJson)).toEqual(plain.map(canonicalJson));
      }),
      { numRuns: 300 },
    );
  });
});

describe('texts of templates', () => {
  it('come back as they were', () => {
    const part = fc.oneof(fc.string(), fc.constantFrom('{{', '}}', '{', '{{open}}'), fc.constant({ name: 'host' }), fc.constant({ name: 'address', as: 'regex' as const }));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        const again = readText(writeText(parts));
        const plain = (some: typeof again): string => some.map((one) => (typeof one === 'string' ? one : `\u0000${one.name}${one.as ?? ''}\u0000`)).join('');
        expect(plain(again)).toBe(plain(parts));
      }),
    );
  });

  it('are written into queries as the provider escapes them', () => {
    expect(asRegex('10.0.0.7')).toBe(String.raw`10\\.0\\.0\\.7`);
    expect(fleetPlan({ ...plainFleet, vms: 1 }).stages[0]?.gate.metrics).toBeDefined();
  });
});

describe('a text that names one value many times', () => {
  it('is folded in no time, though its rest follows from nothing', () => {
    const things = Array.from({ length: 60 }, (_, at): Json => {
      const rest = `${'x'.repeat(at % 7)}z ${(at * 7919) % 101} ${'y.'.repeat(at % 5)}k, ${at % 3 === 0 ? 'is not, so' : 'is'}`;
      return { host: `vm-${at}q`, text: `${`vm-${at}q, `.repeat(40)}(${rest})` };
    });
    const began = performance.now();
    expect(folded(things)).toEqual(things);
    // Without a limit each name doubles the time: 16 of them took 36 s.
    expect(performance.now() - began).toBeLessThan(10_000);
  });
});
