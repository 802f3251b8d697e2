import type { CallAfter } from '../../plans/calls-after.ts';
import { type Curve, curveOf, layOut, type Layout } from '../graph/layout.ts';
import { clippedMarkup } from '../markup.ts';
import { boxLines, boxMeanings, type BoxState, stateOf } from './estate-boxes.ts';
import { focusOn } from './focus.ts';
import { type EstateHistory, type EstateMoment, wireOf } from './history.ts';
import { type Line, lineMeanings, lines, previousOf } from './wire-words.ts';
import { openSvg, type PictureUse } from './svg-style.ts';

const titles = { outside: 'Outside the estate', vm: 'Virtual machines', kubernetes: 'Kubernetes' } as const;

/** What a picture of the estate is called, unescaped. */
export function momentWords(wave: number): string {
  return wave === 0 ? 'The estate before the first wave' : `The estate after wave ${wave}`;
}

/** The estate after a wave: who is in the mesh, who has moved, and how each call crosses the network. Needs nothing else. */
export function renderEstate(history: EstateHistory, moment: EstateMoment, as: PictureUse = 'file'): string {
  const { boxes, left } = focusOn(history, moment);
  const layout = layOut({ estate: '', boxes, arrows: [], twins: [] });
  const before = history.moments.get(previousOf(history, moment.wave));
  const standing = (id: string): Parameters<typeof stateOf>[0] => moment.after.workloads.get(id);
  const { width, height } = { width: Math.max(layout.width, 1040), height: layout.height + 26 };
  const title = momentWords(moment.wave);
  const arrows = foldCalls(moment.calls);
  const key = `w${moment.wave}`;
  return [
    ...openSvg(title, { width, height }, as),
    `<defs>${lines.map((line) => arrowHead(line, key)).join('')}</defs>`,
    `<text class="title" x="28" y="36">${title}</text>`,
    ...(left === 0 ? [] : [`<text class="small" x="28" y="54">${left} more are not shown</text>`]),
    ...layout.columns.map(({ place, x }) => `<text class="head" x="${x}" y="74">${titles[place]}</text>`),
    ...history.twins.flatMap(({ primary, twin }) => twinLine(layout, { from: primary, to: twin })),
    ...arrows.flatMap((arrow) => arrowLine(layout, arrow, key)),
    ...[...layout.boxes.values()].map((box) => boxLines(box, standing(box.id), before?.after.workloads.get(box.id))),
    ...arrows.flatMap((arrow) => portLine(layout, arrow)),
    ...legend(height, key, [...new Set(boxes.map(({ id }) => stateOf(standing(id))))]),
    '</svg>',
  ].join('\n');
}

interface Arrow {
  from: string;
  to: string;
  line: Line;
  label: string;
  title: string;
}

/** All calls between two boxes as one arrow, drawn as the least protected of them. */
function foldCalls(calls: readonly CallAfter[]): Arrow[] {
  return [...Map.groupBy(calls, ({ from, to }) => JSON.stringify([from, to])).values()].map((all): Arrow => {
    const [first] = all as [CallAfter, ...CallAfter[]];
    const line = lines.find((one) => all.some((call) => wireOf(call) === one)) ?? 'plaintext';
    const ports = [...new Set(all.map(({ port }) => port))].sort((a, b) => a - b).join(', ');
    const label = first.share === 100 ? ports : `${ports}: ${first.share} %`;
    const said = all.map(
      (call) => `port ${call.port}: ${lineMeanings[wireOf(call)]}${call.why === undefined ? '' : ` (${call.why})`}`,
    );
    return {
      from: first.from,
      to: first.to,
      line,
      label,
      title: `${first.from} calls ${first.to}; ${said.join('; ')}`,
    };
  });
}

function arrowHead(line: Line, key: string): string {
  const shape = `<path class="head-${line}" d="M0 0 L9 4.5 L0 9 z"/>`;
  return `<marker id="${key}-${line}" markerUnits="userSpaceOnUse" markerWidth="9" markerHeight="9" refX="9" refY="4.5" orient="auto">${shape}</marker>`;
}

function arrowLine(layout: Layout, { from, to, line, title }: Arrow, key: string): string[] {
  const curve = curveOf(layout, { from, to });
  if (curve === undefined) return [];
  const said = `<title>${clippedMarkup(title, 500)}</title>`;
  return [`<path class="call ${line}" d="${curve.path}" marker-end="url(#${key}-${line})">${said}</path>`];
}

function twinLine(layout: Layout, ends: { from: string; to: string }): string[] {
  const curve: Curve | undefined = curveOf(layout, ends);
  return curve === undefined ? [] : [`<path class="twin" d="${curve.path}"><title>twin</title></path>`];
}

function portLine(layout: Layout, { from, to, label }: Arrow): string[] {
  const curve = curveOf(layout, { from, to });
  return curve === undefined
    ? []
    : [`<text class="port" x="${curve.x}" y="${curve.y + 4}">${clippedMarkup(label, 40)}</text>`];
}

/** All lines, and the boxes that occur. */
function legend(height: number, key: string, states: readonly BoxState[]): string[] {
  const strokes = lines.map((line, at) => {
    const [x, y] = [28 + at * 250, height - 44];
    return `<path class="call ${line}" d="M${x} ${y} h40" marker-end="url(#${key}-${line})"/><text class="small" x="${x + 48}" y="${y + 4}">${lineMeanings[line]}</text>`;
  });
  const boxes = states.map((state, at) => {
    const [x, y] = [28 + at * 180, height - 26];
    return `<rect class="box ${state}" x="${x}" y="${y}" width="24" height="14" rx="3"/><text class="small" x="${x + 32}" y="${y + 11}">${boxMeanings[state]}</text>`;
  });
  return [...strokes, ...boxes];
}
