import type { Gate } from '../../plans/gate.ts';
import { commitPointOf, type Stage, type Step } from '../../plans/plan.ts';
import { type Row, small, table, tinted } from '../assess-html-parts.ts';
import { escapeMarkup } from '../markup.ts';
import { expectedSeconds } from './facts.ts';
import { gateWords, interruptionWords, metricWords, moveWords, stepWords, timeWords, undoWords } from './words.ts';

const header = ['Step', 'Why', 'Does', 'To traffic', 'Undone by'];

/** One stage: what it touches, its steps, its gate and its way back. */
export function stageHtml(stage: Stage): string {
  const { id, title, move, blastRadius, steps, gate } = stage;
  const commitPoint = commitPointOf(stage);
  const back = commitPoint
    ? tinted('bad', `can be taken back until ${commitPoint.action}, the commit point`)
    : tinted('good', 'can be taken back');
  const seconds = expectedSeconds(stage);
  const time = seconds === undefined ? [] : [timeWords({ seconds, unpredicted: 0, watchedMs: gate.bakeMs })];
  return [
    `<div class="stage"><h4>${escapeMarkup(id)}: ${escapeMarkup(title)}</h4>`,
    `<p>${small(escapeMarkup(moveWords(move)))}; ${[back, ...time.map(escapeMarkup)].join('; ')}</p>`,
    `<p>Touches: ${escapeMarkup(blastRadius)}</p>`,
    table(
      header,
      steps.map((step) => stepRow(step, step === commitPoint)),
    ),
    gateHtml('Gate of the stage', gate),
    '</div>',
  ].join('\n');
}

function stepRow(step: Step, isCommitPoint: boolean): Row {
  const { action, reason, notes = [], interruption, interruptionDetail, gate, revert } = step;
  const kind = interruption === 'none' ? 'info' : 'warning';
  const detail = interruptionDetail === undefined ? '' : `<br>${small(escapeMarkup(interruptionDetail))}`;
  return [
    `${escapeMarkup(action)}${isCommitPoint ? `<br>${tinted('bad', 'commit point')}` : ''}`,
    [escapeMarkup(reason), ...notes.map((note) => small(`Note: ${escapeMarkup(note)}`))].join('<br>'),
    `${escapeMarkup(stepWords(step))}${gate === undefined ? '' : `<br>${gateHtml('Gate of the rung', gate)}`}`,
    `${tinted(kind, interruptionWords(step))}${detail}`,
    revert === 'irreversible' ? tinted('bad', undoWords(step)) : escapeMarkup(undoWords(step)),
  ];
}

/** What a gate asks, folded below how much it asks. */
function gateHtml(name: string, gate: Gate): string {
  const words = `${name}: ${gateWords(gate)}`;
  const asked = [...new Set(gate.checks.map(({ check }) => `check: ${check}`)), ...metricWords(gate)];
  if (asked.length === 0) return small(words);
  return `<details><summary class="small">${words}</summary>${asked.map((one) => small(escapeMarkup(one))).join('<br>')}</details>`;
}
