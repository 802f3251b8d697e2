import { table, type Row } from '../assess-html-parts.ts';
import { escapeMarkup } from '../markup.ts';
import { renderEstate } from './estate-svg.ts';
import { callsWords, previousOf } from './wire-words.ts';
import type { WaveFacts } from './facts.ts';
import { stageHtml } from './html-stage.ts';
import { type EstateHistory, type EstateMoment, standingWords } from './history.ts';
import { namesWords, waveTitle, waveWords } from './words.ts';

/** One wave: why it is so, the estate after it, what changed, and its stages. */
export function waveHtml(facts: WaveFacts, history: EstateHistory | undefined, isOpen: boolean): string {
  const { wave, stages, join } = facts;
  const moment = history?.moments.get(wave);
  return [
    `<details class="wave"${isOpen ? ' open' : ''}><summary>Wave ${wave}: ${escapeMarkup(waveTitle(facts))}<br><span class="small">${escapeMarkup(waveWords(facts))}</span></summary>`,
    reasons(join),
    ...(history && moment ? estateHtml(history, moment) : []),
    ...stages.map(stageHtml),
    '</details>',
  ].join('\n');
}

function reasons(join: WaveFacts['join']): string {
  if (join === undefined) return '';
  const { services, why } = join;
  const head = `<p>Joins: ${escapeMarkup(namesWords(services, 40))}</p>`;
  return why.length === 0
    ? head
    : `${head}<ul class="why">${why.map((one) => `<li>${escapeMarkup(one)}</li>`).join('')}</ul>`;
}

function estateHtml(history: EstateHistory, moment: EstateMoment): string[] {
  const before = history.moments.get(previousOf(history, moment.wave));
  return [
    `<div class="picture">${renderEstate(history, moment, 'page')}</div>`,
    table(['Workload', 'Before', 'After'], changedRows(moment, before)),
    `<p class="small">${escapeMarkup(callsWords(moment, before))}</p>`,
  ];
}

function changedRows({ changed, after }: EstateMoment, before: EstateMoment | undefined): Row[] {
  return [...changed].map((id) => {
    const standings = [before?.after.workloads.get(id), after.workloads.get(id)];
    return [id, ...standings.map((one) => (one === undefined ? '' : standingWords(one)))].map(escapeMarkup);
  });
}
