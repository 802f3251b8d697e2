import { clippedMarkup, escapeMarkup } from '../markup.ts';
import type { Arrow, Picture } from './fold.ts';
import { seenText } from '../window-words.ts';
import { BOX, curveOf, layOut, type Layout, type PlacedBox } from './layout.ts';
import type { Confidence, Place } from './model.ts';

const titles: Readonly<Record<Place, string>> = {
  outside: 'Outside the estate',
  vm: 'Virtual machines',
  kubernetes: 'Kubernetes',
};
const confidences: readonly Confidence[] = ['observed', 'inferred', 'declared'];
const meanings: Readonly<Record<Confidence, string>> = {
  observed: 'observed: a connection was seen',
  inferred: 'inferred: a connection was seen, not its caller',
  declared: 'declared: written down, not seen',
};
const colours: Readonly<Record<Confidence, string>> = { observed: '#1a7f37', inferred: '#9a6700', declared: '#57606a' };

/** Held to this picture: on a page of HTML it is the page's style sheet too. */
const style = `.calls text { font: 13px sans-serif; fill: #1f2328 }
.calls .small { font-size: 11px; fill: #57606a } .calls .title { font-size: 17px; font-weight: bold } .calls .head { font-weight: bold }
.calls .box { stroke: #57606a } .calls .on { stroke-width: 3 }
.calls .vm { fill: #fff4d6 } .calls .kubernetes { fill: #ddecff } .calls .outside { fill: #f6f8fa; stroke-dasharray: 4 3 }
.calls .call { fill: none; stroke-width: 1.8 } .calls .observed { stroke: ${colours.observed} }
.calls .inferred { stroke: ${colours.inferred}; stroke-dasharray: 2 4 } .calls .declared { stroke: ${colours.declared}; stroke-dasharray: 8 5 }
.calls .twin { fill: none; stroke: #8c959f; stroke-width: 1.2; stroke-dasharray: 1 4 }
.calls .port { font-size: 11px; paint-order: stroke; stroke: #ffffff; stroke-width: 4px; text-anchor: middle }`;

/** The graph as one SVG file that needs nothing else: no font, no script, no link. */
export function renderSvg(picture: Picture): string {
  const layout = layOut(picture);
  const { width, height } = layout;
  const name = clippedMarkup(`Who calls whom in estate ${picture.estate}`, 500);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="calls" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${name}</title>`,
    `<style>${style}</style>`,
    `<defs>${confidences.map(arrowHead).join('')}</defs>`,
    `<rect width="${width}" height="${height}" fill="#ffffff"/>`,
    `<text class="title" x="28" y="36">${name}</text>`,
    ...layout.columns.map(({ place, x }) => `<text class="head" x="${x}" y="72">${titles[place]}</text>`),
    ...picture.twins.flatMap(({ primary, twin }) => twinLine(layout, { from: primary, to: twin })),
    ...picture.arrows.flatMap((arrow) => arrowLine(layout, arrow)),
    ...[...layout.boxes.values()].map(boxLine),
    ...picture.arrows.flatMap((arrow) => portLine(layout, arrow)),
    ...confidences.map((confidence, index) => legendLine(confidence, index, height)),
    '</svg>',
  ].join('\n');
}

function arrowHead(confidence: Confidence): string {
  const shape = `<path d="M0 0 L9 4.5 L0 9 z" fill="${colours[confidence]}"/>`;
  return `<marker id="${confidence}" markerUnits="userSpaceOnUse" markerWidth="9" markerHeight="9" refX="9" refY="4.5" orient="auto">${shape}</marker>`;
}

function arrowLine(layout: Layout, arrow: Arrow): string[] {
  const curve = curveOf(layout, arrow);
  const { from, to, confidence, evidence, seen } = arrow;
  const how = seen === undefined ? confidence : `${confidence}, ${seenText(seen)}`;
  const title = clippedMarkup(`${from} calls ${to} (${how}): ${evidence.join('; ')}`, 500);
  return curve === undefined
    ? []
    : [
        `<path class="call ${confidence}" d="${curve.path}" marker-end="url(#${confidence})"><title>${title}</title></path>`,
      ];
}

function twinLine(layout: Layout, ends: Pick<Arrow, 'from' | 'to'>): string[] {
  const curve = curveOf(layout, ends);
  return curve === undefined ? [] : [`<path class="twin" d="${curve.path}"><title>twin</title></path>`];
}

/** Ports stand above the boxes, so that no box hides one. */
function portLine(layout: Layout, arrow: Arrow): string[] {
  const curve = curveOf(layout, arrow);
  return curve === undefined ? [] : [`<text class="port" x="${curve.x}" y="${curve.y + 4}">${labelOf(arrow)}</text>`];
}

/** The ports; over time, how often too. When first and last the title says. */
function labelOf({ ports, seen }: Arrow): string {
  return `${ports.join(', ')}${seen === undefined ? '' : ` (${seen.count}×)`}`;
}

function boxLine({ id, place, service, role, mesh, x, y }: PlacedBox): string {
  const { head, rest } = namesOf(id);
  const of = service === undefined ? rest : `${rest}, ${role === 'twin' ? 'twin of' : 'service'} ${service}`;
  const inMesh = mesh === 'on' ? ', in the mesh' : '';
  return [
    `<g><title>${clippedMarkup(id, 500)}</title>`,
    `<rect class="box ${place}${mesh === 'on' ? ' on' : ''}" x="${x}" y="${y}" width="${BOX.width}" height="${BOX.height}" rx="6"/>`,
    `<text x="${x + 10}" y="${y + 19}">${clippedMarkup(head, 36)}</text>`,
    `<text class="small" x="${x + 10}" y="${y + 36}">${clippedMarkup(`${of}${inMesh}`, 44)}</text></g>`,
  ].join('');
}

/** `k8s/main/shop/Deployment/web` → `Deployment/web`, and `main/shop` beside it. */
export function namesOf(id: string): { head: string; rest: string } {
  const parts = id.split('/').slice(1);
  const count = id.startsWith('k8s/') ? 2 : 1;
  return { head: parts.slice(-count).join('/'), rest: parts.slice(0, -count).join('/') };
}

function legendLine(confidence: Confidence, index: number, height: number): string {
  const [x, y] = [28 + index * 330, height - 24];
  const line = `<path class="call ${confidence}" d="M${x} ${y} h44" marker-end="url(#${confidence})"/>`;
  return `${line}<text class="small" x="${x + 52}" y="${y + 4}">${escapeMarkup(meanings[confidence])}</text>`;
}
