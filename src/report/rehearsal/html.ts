import type { Rehearsal, TimelineEntry } from '../../execute/world/rehearse.ts';
import { POLICY } from '../assess-html-style.ts';
import { escapeMarkup } from '../markup.ts';
import { PAGE_STYLE } from '../plan/html-style.ts';
import { clockTime, endOf, figuresOf, linesOf } from './words.ts';

const [WIDTH, LABEL, ROW] = [900, 190, 20];

/** A rehearsal as one self-contained page, which asks nobody for anything. */
export function renderRehearsalHtml(rehearsal: Rehearsal): string {
  const { plan, seed, faults, end } = rehearsal;
  const rows = figuresOf(rehearsal).map(
    ([name, words]) => `<tr><th>${escapeMarkup(name)}</th><td>${escapeMarkup(words)}</td></tr>`,
  );
  const lines = linesOf(rehearsal).map(
    ({ atMs, text, kind }) =>
      `<tr class="${CLASS[kind]}"><td class="whole">${clockTime(atMs)}</td><td>${escapeMarkup(text)}</td></tr>`,
  );
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>Rehearsal of plan ${escapeMarkup(plan)}</title><style>${PAGE_STYLE}${BAR_STYLE}</style></head><body>`,
    `<h1>Rehearsal of plan ${escapeMarkup(plan)}</h1>`,
    `<p>Seed ${seed}; ${faults.length === 0 ? 'no fault' : `faults: ${escapeMarkup(faults.join(', '))}`}. A model of the estate, by its inventory: it shows what the plan does, not what nobody saw.</p>`,
    `<p class="${end.stopped ? 'bad' : 'good'}">A real run ${escapeMarkup(endOf(rehearsal))}.</p>`,
    ...(end.stopped ? [`<p>${escapeMarkup(end.stopped.message)} ${escapeMarkup(end.stopped.fix)}</p>`] : []),
    `<h2>Figures</h2><table><tbody>${rows.join('')}</tbody></table>`,
    `<h2>Stages</h2><div class="picture">${picture(rehearsal)}</div>`,
    `<h2>Timeline</h2><table><thead><tr><th>Time</th><th>What</th></tr></thead><tbody>${lines.join('\n')}</tbody></table>`,
    '</body></html>',
  ].join('\n');
}

const CLASS = { step: 'info', good: 'good', bad: 'bad', fault: 'warning' } as const;
const BAR_STYLE =
  ' .work { fill: #3b6ea5 } .back { fill: #a4161a } .mark { stroke: #8a5a00; stroke-width: 2 } svg text { fill: currentColor; font: 12px system-ui, sans-serif }';

interface Bar {
  stage: string;
  fromMs: number;
  untilMs: number;
  direction: 'apply' | 'revert';
}

/** From the first step of a stage to the last word of its gate, forward and back. */
function barsOf({ timeline, tookMs }: Rehearsal): Bar[] {
  const bars: Bar[] = [];
  for (const entry of timeline) {
    if (entry.event !== 'step.started') continue;
    const last = bars.at(-1);
    if (last?.stage === entry.stage && last.direction === entry.direction) continue;
    if (last) last.untilMs = entry.atMs;
    bars.push({ stage: entry.stage, fromMs: entry.atMs, untilMs: tookMs, direction: entry.direction });
  }
  return bars;
}

const isFault = (entry: TimelineEntry): boolean => entry.event === 'fault' || entry.event === 'killed';

function picture(rehearsal: Rehearsal): string {
  const bars = barsOf(rehearsal);
  const x = (ms: number): number => Math.round(LABEL + ((WIDTH - LABEL) * ms) / Math.max(1, rehearsal.tookMs));
  const height = ROW * (bars.length + 1);
  const rows = bars.map(({ stage, fromMs, untilMs, direction }, at) => {
    const y = ROW * at;
    const word = `${stage}${direction === 'revert' ? ', back' : ''}`;
    return `<text x="0" y="${y + 14}">${escapeMarkup(word)}</text><rect class="${direction === 'apply' ? 'work' : 'back'}" x="${x(fromMs)}" y="${y + 4}" width="${Math.max(1, x(untilMs) - x(fromMs))}" height="12"/>`;
  });
  const marks = rehearsal.timeline
    .filter(isFault)
    .map(({ atMs }) => `<line class="mark" x1="${x(atMs)}" x2="${x(atMs)}" y1="0" y2="${height - ROW}"/>`);
  const ends = `<text x="${LABEL}" y="${height - 4}">0:00:00</text><text x="${WIDTH}" y="${height - 4}" text-anchor="end">${clockTime(rehearsal.tookMs)}</text>`;
  return `<svg viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" role="img" aria-label="Stages over time">${rows.join('')}${marks.join('')}${ends}</svg>`;
}
