import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderEstate } from '../../src/report/plan/estate-svg.ts';
import { renderPlan, renderPlanSummary } from '../../src/report/plan-text.ts';
import { historyOf } from '../../src/report/plan/history.ts';
import { renderPlanHtml } from '../../src/report/plan/html.ts';
import { renderPlanMarkdown } from '../../src/report/plan/markdown.ts';
import { renderTimeline } from '../../src/report/plan/timeline-svg.ts';
import { toTerminal } from '../../src/report/style.ts';
import { attributeValues, structureOf } from './markup-structure.ts';
import { infestedPlan } from './plan-infested.ts';

const attacks = [
  ...[
    '<script>alert(1)</script>',
    '"><img src=x onerror=alert(1)>',
    "' onload='alert(1)",
    '</title></style></svg><!--',
  ],
  ...[']]>', '&lt;b&gt;&#60;', '</details>', '<!--', '\u001B[2J\u001B]0;title\u0007', '\u202Eevil\u2066\u200B'],
  ...[
    '\n::error::forged\n##vso[task.complete]',
    'x\u0000y',
    '\n\n# heading',
    '\n| a | b |',
    '|',
    '\\|',
    '\\',
    '`',
    '```\n',
  ],
  ...[
    '[text](https://evil.example)',
    '![p](http://evil.example/x.png)',
    '**b**',
    '__b__',
    '~~s~~',
    '$x$',
    ':tada:',
    '- x',
    ...['---', '# h', '+ x', '=== '],
    '1. ',
  ],
  ...[
    '@octocat',
    '#12',
    'org/repo#12',
    'GH-12',
    '!12',
    '%name',
    '&#x40;bob',
    'https://evil.example',
    'www.evil.example',
  ],
  ...['mailto:a@b.example', 'W'.repeat(5_000), 'é', '日本', '\u{1F600}'.repeat(300)],
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...attacks), fc.string({ unit: 'binary', maxLength: 20 })), {
    minLength: 1,
    maxLength: 4,
  })
  .map((parts) => parts.join(''));

const unsafe = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u200B-\u200F\u2028-\u202E\u2060-\u206F\uFEFF]|\p{Surrogate}/u;

/** Every form a plan takes in which nothing of a name may be markup. */
function formsOf(name: string): Record<'page' | 'markdown' | 'timeline' | 'estate', string> {
  const { plan, inventory } = infestedPlan(name);
  const history = historyOf(plan, inventory);
  const last = [...history.moments.values()].at(-1);
  if (!last) throw new Error('a plan without waves');
  return {
    page: renderPlanHtml(plan, inventory),
    markdown: renderPlanMarkdown(plan, inventory),
    timeline: renderTimeline(plan),
    estate: renderEstate(history, last),
  };
}
const plain = formsOf('plain-name');

/** What begins a line of ours, and a list, a rule or a heading that something from outside began after it. */
const lineStart = /^(?:#+ |- |\| |<\/?details)?(?:#+|[-+=]+(?= |$)|\d+[.)])?/;

/** What is left of Markdown when what was escaped is taken away: the characters that are markup, line by line. */
function skeletonOf(markdown: string): string[] {
  return markdown.split('\n').map((line) => {
    const [start] = lineStart.exec(line) ?? [''];
    return [start, ...line.replaceAll(/&#\d+;/g, '').matchAll(/[|`<>\\*_[\]~$&]/g)].join('');
  });
}

describe('hostile names in the report of a plan', () => {
  it('are in every form to begin with', () => {
    for (const [form, least] of [
      ['page', 100],
      ['markdown', 50],
      ['timeline', 5],
      ['estate', 5],
    ] as const)
      expect(plain[form].split('plain-name').length, form).toBeGreaterThan(least);
  });

  it.each(['page', 'timeline', 'estate'] as const)('change no tag of the %s, and add no markup', (form) => {
    const expected = structureOf(plain[form]).tags;
    fc.assert(
      fc.property(hostile, (name) => {
        const text = formsOf(name)[form];
        const { tags, strays } = structureOf(text);
        expect(strays).toEqual([]);
        expect(new Set(tags)).toEqual(new Set(expected));
        expect(text).not.toMatch(unsafe);
        expect(toTerminal(text, false)).toBe(text.replaceAll(/[\uF8F0-\uF8F6]/g, ''));
        const values = attributeValues(text).filter((value) => !value.startsWith('default-src'));
        expect(values.filter((value) => /[<>"']|javascript:|NaN|undefined/i.test(value))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it('are no markup in Markdown: every line keeps its shape', () => {
    const expected = skeletonOf(plain.markdown);
    fc.assert(
      fc.property(hostile, (name) => {
        const { markdown } = formsOf(name);
        expect(skeletonOf(markdown)).toEqual(expected);
        expect(markdown).not.toMatch(unsafe);
        expect(toTerminal(markdown, false)).toBe(markdown.replaceAll(/[\uF8F0-\uF8F6]/g, ''));
      }),
      { numRuns: 60 },
    );
  });

  it('mention nobody, refer to nothing and link nowhere', () => {
    fc.assert(
      fc.property(hostile, (name) => {
        const { markdown } = formsOf(name);
        // A code host looks at the text after entities have become characters.
        const read = markdown.replaceAll(/&#(\d+);/g, (_, code: string) => String.fromCodePoint(Number(code)));
        expect(read).not.toMatch(/[@!%^][\w"'+-]|#\w|\bGH-\d|\b(https?|ftp|mailto|xmpp):|\bwww\./i);
      }),
      { numRuns: 60 },
    );
  });

  it('are cut where they are very long', () => {
    const long = formsOf('W'.repeat(100_000));
    for (const [form, text] of Object.entries(long)) expect(text.length, form).toBeLessThan(4e6);
    expect(long.timeline).not.toMatch(/W{600}/);
  });
});

describe('the text of a plan', () => {
  it('quotes nothing that looks like a line of its own', () => {
    const { plan } = infestedPlan('a\nFORGED');
    const texts = [
      renderPlan(plan, { full: false }),
      renderPlan(plan, { full: true }),
      renderPlanSummary(plan, 'file'),
    ];
    for (const text of texts) {
      expect(text).toContain('a FORGED');
      expect(text.split('\n').filter((line) => line.startsWith('FORGED'))).toEqual([]);
    }
  });
});
