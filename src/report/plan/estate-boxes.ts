import type { Standing } from '../../plans/positions.ts';
import { BOX, type PlacedBox } from '../graph/layout.ts';
import { namesOf } from '../graph/svg.ts';
import { clippedMarkup } from '../markup.ts';
import { changeWords, standingWords } from './history.ts';

/** How a box is drawn; each has a fill, an outline and a word of its own. */
export type BoxState = 'off' | 'on' | 'moved' | 'idle' | 'stopped' | 'stranger';

export const boxMeanings: Readonly<Record<BoxState, string>> = {
  off: 'outside the mesh',
  on: 'in the mesh',
  moved: 'twin that has taken over',
  idle: 'at weight 0',
  stopped: 'stopped for good',
  stranger: 'not of the estate',
};

/** What a workload's box looks like. */
export function stateOf(standing: Standing | undefined): BoxState {
  if (standing === undefined) return 'stranger';
  if (standing.isStopped) return 'stopped';
  if (standing.weight === 0 && standing.role === 'primary') return 'idle';
  if (standing.weight > 0 && standing.role === 'twin') return 'moved';
  return standing.position.mesh;
}

/** One workload: what it is, where it stands, the share of its calls as a bar, and what the wave made of it. */
export function boxLines(box: PlacedBox, standing: Standing | undefined, before: Standing | undefined): string {
  const { id, x, y } = box;
  const words = standing === undefined ? boxMeanings.stranger : standingWords(standing);
  const was = before === undefined ? '' : `; before: ${standingWords(before)}`;
  const { head, rest } = namesOf(id);
  return [
    `<g><title>${clippedMarkup(`${id}: ${words}${was}`, 500)}</title>`,
    `<rect class="box ${stateOf(standing)}" x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6"/>`,
    ...(standing?.isStopped === true
      ? [`<path class="cross" d="M${x + 4} ${y + 4} l${BOX.width - 8} ${BOX.height - 8}"/>`]
      : []),
    `<text x="${x + 10}" y="${y + 18}">${clippedMarkup(head, standing === undefined ? 36 : 28)}</text>`,
    `<text class="small" x="${x + 10}" y="${y + 34}">${clippedMarkup(secondLine(rest, standing), 46)}</text>`,
    ...(standing === undefined ? [] : [shareLines(standing, x, y)]),
    standing === undefined ? '' : tag(changeWords(before, standing), x, y),
    '</g>',
  ].join('');
}

function secondLine(rest: string, standing: Standing | undefined): string {
  if (standing === undefined) return rest;
  const { service, role, position, isStrict, isStopped } = standing;
  const of = role === 'twin' ? `twin of ${service}` : service;
  if (isStopped) return `${rest}, ${of}, stopped`;
  return `${rest}, ${of}, ${position.mesh === 'on' ? 'in the mesh' : 'outside'}${isStrict ? ', mTLS only' : ''}`;
}

/** `25 %`, and a bar as long. */
function shareLines({ weight }: Standing, x: number, y: number): string {
  const [width, at] = [BOX.width - 20, y + BOX.height - 6];
  return [
    `<text class="small end" x="${x + BOX.width - 10}" y="${y + 18}">${weight} %</text>`,
    `<rect class="track" x="${x + 10}" y="${at}" width="${width}" height="3"/>`,
    `<rect class="share" x="${x + 10}" y="${at}" width="${Math.round((width * weight) / 100)}" height="3"/>`,
  ].join('');
}

/** What the wave did, above the box it did it to. */
function tag(words: string, x: number, y: number): string {
  if (words === '') return '';
  const width = 12 + words.length * 6.2;
  const left = x + BOX.width - width - 8;
  return `<rect class="tag" x="${left}" y="${y - 10}" width="${width}" height="16" rx="8"/><text class="tagged mid" x="${left + width / 2}" y="${y + 2}">${clippedMarkup(words, 40)}</text>`;
}
