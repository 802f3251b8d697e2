import type { Rehearsal } from '../../execute/world/rehearse.ts';
import { sanitizeLine } from '../sanitize.ts';
import { style } from '../style.ts';
import { clockTime, endOf, figuresOf, type Line, linesOf } from './words.ts';

const paint: Record<Line['kind'], (text: string) => string> = {
  step: (text) => text,
  good: style.green,
  bad: style.red,
  fault: style.yellow,
};

/** A rehearsal for a person: what would happen when, how it would end, and the figures. */
export function renderRehearsal(rehearsal: Rehearsal): string {
  const { plan, seed, faults, end } = rehearsal;
  const faulty = faults.length === 0 ? 'no fault' : `faults ${faults.join(', ')}`;
  return [
    style.bold(`Rehearsal of plan ${plan}`) + `, seed ${seed}, ${faulty}`,
    '',
    ...linesOf(rehearsal).map(
      ({ atMs, text, kind }) => `  ${clockTime(atMs)}  ${paint[kind](sanitizeLine(text, 400))}`,
    ),
    '',
    (end.stopped ? style.red : style.green)(`A real run ${endOf(rehearsal)}.`),
    ...(end.stopped ? [`  ${sanitizeLine(end.stopped.message, 600)}`, `  ${sanitizeLine(end.stopped.fix, 400)}`] : []),
    '',
    ...figuresOf(rehearsal).map(([name, words]) => `  ${name.padEnd(18)}${sanitizeLine(words, 400)}`),
    '',
    style.dim('A model of the estate, by its inventory: it shows what the plan does, not what nobody saw.'),
  ].join('\n');
}
