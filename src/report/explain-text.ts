import type { Explanation } from '../plans/explain/explain.ts';
import { sanitizeLine } from './sanitize.ts';
import { style } from './style.ts';

const LIMIT = 600;

/** One part of a plan for a person, in the order in which questions come up. */
export function renderExplanation({
  kind,
  id,
  why,
  parts,
  touches,
  needs,
  traffic,
  watched,
  undo,
  until,
}: Explanation): string {
  return [
    style.bold(`${kind === 'step' ? 'Step' : kind === 'stage' ? 'Stage' : 'Wave'} ${sanitizeLine(id, LIMIT)}`),
    ...section('Why it is here', why),
    ...section(kind === 'wave' ? 'Its stages' : 'Its steps', parts),
    ...section('Objects', touches.objects),
    ...section('Files', touches.files),
    ...section('Units', touches.units),
    ...section('Connections', touches.connections),
    ...section('By hand', touches.byHand),
    ...section('It rests on', needs.steps),
    ...section('It must be seen before', needs.checks),
    ...section('Rights', needs.rights),
    ...section('What it does to traffic', traffic),
    ...section('How it is watched', watched),
    ...section('How it is undone', [...undo, until]),
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', style.bold(title), ...lines.map((line) => `  ${sanitizeLine(line, LIMIT)}`)];
}
