import { inWords } from '../../inventory/credentials.ts';
import type { MigrationPlan } from '../../plans/plan.ts';
import { clippedMarkup } from '../markup.ts';
import { factsOf } from './facts.ts';
import { glyphOf } from './glyphs.ts';
import { type Mark, MAX_ROWS, MAX_SINGLE_ROWS, type Row, rowsOf } from './rows.ts';
import { openSvg, type PictureUse } from './svg-style.ts';
import { type Column, HEADER, layOutTimeline, marksIn, ROW } from './timeline-layout.ts';
import { moveWords, waveTitle } from './words.ts';

/** The waves of a plan as a picture: a row for each service or group, a column for each wave. Needs nothing else. */
export function renderTimeline(plan: MigrationPlan, as: PictureUse = 'file'): string {
  const { rows, left } = rowsOf(plan);
  const layout = layOutTimeline(factsOf(plan), rows);
  const { height, columns, isToScale } = layout;
  const title = clippedMarkup(`Waves of plan ${plan.id} for estate ${plan.estate}`, 200);
  const scale = isToScale ? 'Columns are as wide as their waves are predicted to take' : 'All waves are drawn alike';
  return [
    ...openSvg(title, layout, as),
    `<text class="title" x="20" y="32">${title}</text>`,
    `<text class="small" x="20" y="52">${scale}${rest(left)}.</text>`,
    ...rows.flatMap((_, index) => (index % 2 === 0 ? [bandOf(index, layout.width)] : [])),
    `<text class="head" x="20" y="76">Wave</text>`,
    ...columns.map((column) => columnLines(column, height)),
    ...rows.flatMap((row, index) => rowLines(row, index, columns)),
    ...legend(plan, height),
    '</svg>',
  ].join('\n');
}

function rest(left: number): string {
  return left === 0 ? '' : `; ${left} rows more are left out`;
}

/** What a large timeline shows, for the page that holds it. */
export const TIMELINE_RULE = `With more than ${MAX_SINGLE_ROWS} rows, services that do the same in the same waves are one row; no more than ${MAX_ROWS} rows are drawn.`;

const yOf = (index: number): number => HEADER + index * ROW;

function bandOf(index: number, width: number): string {
  return `<rect class="band" x="0" y="${yOf(index)}" width="${width}" height="${ROW}"/>`;
}

function columnLines(column: Column, height: number): string {
  const { wave, x, width, time, stages } = column;
  const middle = x + width / 2;
  const length =
    time.seconds === undefined
      ? `${stages.length} ${width < 80 ? 'st.' : stages.length === 1 ? 'stage' : 'stages'}`
      : inWords(time.seconds * 1000);
  return [
    `<path class="rule" d="M${x} 66 V${height - 60}"/>`,
    `<text class="head mid" x="${middle}" y="76">${wave}</text>`,
    `<text class="small mid" x="${middle}" y="90">${clippedMarkup(length, Math.max(5, Math.floor(width / 6)))}</text>`,
    `<rect class="hit" x="${x}" y="62" width="${width}" height="32" fill-opacity="0"><title>${clippedMarkup(`Wave ${wave}: ${waveTitle(column)}`, 400)}</title></rect>`,
  ].join('');
}

function rowLines(row: Row, index: number, columns: readonly Column[]): string[] {
  const y = yOf(index);
  const label = `<text x="20" y="${y + 26}">${clippedMarkup(row.label, 28)}<title>${clippedMarkup(`${row.label}: ${row.subjects.join(', ')}`, 500)}</title></text>`;
  return [label, ...columns.flatMap((column) => cell(row, column, y))];
}

/** Marks side by side, in their order. */
function cell(row: Row, { wave, x, width }: Column, y: number): string[] {
  const marks = marksIn(row, wave);
  const each = width / marks.length;
  return marks.map((mark, at) => markLine(mark, { x: x + each * (at + 0.5), y, room: Math.floor(each / 6.2) }));
}

/** @param room for its label, in characters */
function markLine(mark: Mark, { x, y, room }: { x: number; y: number; room: number }): string {
  const does = [mark.restarts ? 'R' : '', mark.cuts ? 'C' : ''].join('');
  const flag = does === '' ? '' : `<text class="does" x="${x + 11}" y="${y + 12}">${does}</text>`;
  const commit = mark.hasCommitPoint ? `<path class="commit" d="M${x - 20} ${y + 2} v${ROW - 4}"/>` : '';
  const glyph = glyphOf(mark, x, y + 16);
  const what = [
    mark.title,
    ...(mark.rungs.length > 0 ? [`to the twin: ${mark.rungs.map((rung) => `${rung} %`).join(', ')}`] : []),
    ...(mark.restarts ? ['something restarts'] : []),
    ...(mark.cuts ? ['connections may be cut'] : []),
    ...(mark.hasCommitPoint ? ['has a commit point'] : []),
  ];
  const title = `<title>${clippedMarkup(what.join('; '), 500)}</title>`;
  return `<g>${title}${commit}${glyph}<text class="small mid" x="${x}" y="${y + 38}">${clippedMarkup(labelOf(mark, room), Math.max(6, room))}</text>${flag}</g>`;
}

/** The ladder where there is room for it, else its last rung. */
function labelOf({ move, rungs }: Mark, room: number): string {
  const ladder = `${rungs.join(' · ')} %`;
  if (rungs.length > 0 && ladder.length <= room) return ladder;
  return rungs.length > 0 ? `${rungs.at(-1) ?? 0} %` : move;
}

/** Only what occurs is explained. */
function legend({ stages }: MigrationPlan, height: number): string[] {
  const moves = [...new Set(stages.map(({ move }) => move))];
  const mark = { wave: 0, title: '', restarts: false, cuts: false, hasCommitPoint: false };
  const signs = moves.map((move, at) => {
    const x = 30 + at * 182;
    const glyph = glyphOf({ ...mark, move, rungs: move === 'shift' ? [25, 50, 100] : [] }, x, height - 38);
    return `${glyph}<text class="small" x="${x + 17}" y="${height - 34}">${clippedMarkup(`${move}: ${moveWords(move)}`, 30)}</text>`;
  });
  const words = 'R: something restarts. C: connections may be cut. Dashed red bar: commit point, no way back after it.';
  return [...signs, `<text class="small" x="20" y="${height - 10}">${words}</text>`];
}
