import type { PlanDiff, StepChange } from '../plans/diff/diff.ts';
import type { GateChange } from '../plans/diff/gates.ts';
import type { ValueChange } from '../plans/diff/values.ts';
import type { Drift } from '../plans/lock/drift.ts';
import type { LockFact } from '../plans/lock/lock.ts';
import { sanitizeLine } from './sanitize.ts';
import { style } from './style.ts';

/** Of a value that differs no more than this is shown. */
const MAX_VALUE = 160;
/** Places of one step that are shown; the rest is counted. */
const MAX_PLACES = 12;

/** What is different in the second plan, in words. */
export function renderPlanDiff(diff: PlanDiff): string {
  const sections = [
    section('Stages', stageLines(diff)),
    section('Steps', diff.steps.flatMap(stepLines)),
    section('Gates', diff.gates.map(gateLine)),
    section('Findings', [
      ...diff.findings.came.map(({ code, level, subject, message }) => plus(`${level} ${code} ${subject}: ${message}`)),
      ...diff.findings.went.map(({ code, level, subject, message }) =>
        minus(`${level} ${code} ${subject}: ${message}`),
      ),
    ]),
    section('Stays outside the mesh', [
      ...diff.exemptions.came.map(({ subject, service, reason }) => plus(`${subject} for ${service}: ${reason}`)),
      ...diff.exemptions.went.map(({ subject, service, reason }) => minus(`${subject} for ${service}: ${reason}`)),
    ]),
    section('Left for later', [
      ...diff.deferrals.came.map(({ subject, move, why }) => plus(`${subject} ${move}: ${why}`)),
      ...diff.deferrals.went.map(({ subject, move, why }) => minus(`${subject} ${move}: ${why}`)),
    ]),
    section('The plan itself', placesOf(diff.others, '  ')),
  ].filter((lines) => lines.length > 0);
  if (diff.same) return 'The plans do the same.';
  if (sections.length === 0) return 'The plans do the same, and list it in another order.';
  return sections.map((lines) => lines.join('\n')).join('\n\n');
}

/** What became of the estate since the plan was made, in two sections. */
export function renderDrift({ matters, elsewhere }: Drift): string {
  const lines = matters.map(
    ({ object, field, before, after }) =>
      `  ${sanitizeLine(object)}: ${sanitizeLine(field)}: ${bothText(before, after)}`,
  );
  const kinds = Object.entries(elsewhere.byKind).map(([kind, count]) => `${count} ${kind}`);
  return [
    style.bold('Drift that matters'),
    ...(lines.length > 0 ? lines : ['  none: what the plan depends on is as it was']),
    '',
    style.bold('Drift elsewhere'),
    `  ${elsewhere.count}${kinds.length > 0 ? ` (${kinds.join(', ')})` : ''}`,
  ].join('\n');
}

const section = (title: string, lines: readonly string[]): string[] =>
  lines.length > 0 ? [style.bold(title), ...lines] : [];
const plus = (text: string): string => style.green(`  + ${sanitizeLine(text)}`);
const minus = (text: string): string => style.red(`  - ${sanitizeLine(text)}`);
const other = (text: string): string => style.yellow(`  ~ ${sanitizeLine(text)}`);

function stageLines({ stages }: PlanDiff): string[] {
  return [
    ...stages.added.map(({ id, title, wave }) => plus(`${id}, wave ${wave}: ${title}`)),
    ...stages.removed.map(({ id, title, wave }) => minus(`${id}, wave ${wave}: ${title}`)),
    ...stages.moved.map(({ id, from, to }) => other(`${id} moves from wave ${from} to wave ${to}`)),
    ...stages.reordered.map(({ id, from, to }) =>
      other(`${id} is number ${to} of the stages in both plans; it was number ${from}`),
    ),
    ...stages.changed.flatMap(({ id, changes }) => [other(id), ...placesOf(changes, '      ')]),
  ];
}

function stepLines({ step, change, changes }: StepChange): string[] {
  if (change === 'added') return [plus(step)];
  if (change === 'removed') return [minus(step)];
  return [other(step), ...placesOf(changes, '      ')];
}

function placesOf(changes: readonly ValueChange[], margin: string): string[] {
  const lines = changes.slice(0, MAX_PLACES).map((change) => `${margin}${placeText(change)}`);
  const left = changes.length - lines.length;
  return left > 0 ? [...lines, `${margin}and ${left} more (--json shows all)`] : lines;
}

function placeText({ path, before, after }: ValueChange): string {
  const place = sanitizeLine(path);
  if (before === undefined) return `${place}: ${valueText(after)} is new`;
  if (after === undefined) return `${place}: ${valueText(before)} is gone`;
  return `${place}: ${valueText(before)} → ${valueText(after)}`;
}

function gateLine({ gate, how, what, before, after }: GateChange): string {
  const paint = { tightened: style.green, loosened: style.red, changed: style.yellow };
  const sides = before === undefined && after === undefined ? '' : `: ${sideText(before)} → ${sideText(after)}`;
  return `  ${paint[how](how.padEnd(9))} ${sanitizeLine(gate)}: ${sanitizeLine(what)}${sides}`;
}

const sideText = (value: unknown): string => (value === undefined ? 'none' : valueText(value));

/** Of two lists what came and what went, of anything else both. */
function bothText(before: LockFact, after: LockFact): string {
  if (!Array.isArray(before) || !Array.isArray(after)) return `${valueText(before)} → ${valueText(after)}`;
  const came = after.filter((one) => !before.includes(one)).map((one) => `+ ${String(one)}`);
  const went = before.filter((one) => !after.includes(one)).map((one) => `- ${String(one)}`);
  return sanitizeLine([...came, ...went].join(', '), MAX_VALUE);
}

/** Texts as they are, everything else as JSON; one line. */
function valueText(value: unknown): string {
  const text = typeof value === 'string' ? value || '(empty)' : JSON.stringify(value);
  return sanitizeLine(text, MAX_VALUE);
}
