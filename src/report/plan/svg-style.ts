/**
 * The style sheet of a plan's pictures, held to them by their class. Colours are those of Okabe and Ito (2008), which
 * colour-blind readers can tell apart; every meaning has a shape, a dash or a word beside its colour, for print.
 */
const light = `--ink: #1f2328; --dim: #57606a; --paper: #ffffff; --rule: #d0d7de; --band: #f6f8fa;
  --mtls: #0072b2; --half: #d55e00; --plain: #6e7781; --moved: #009e73; --stop: #a4161a; --in: #dcecf8; --to: #d9f2e8; --off: #ffffff`;
const dark = `--ink: #e6edf3; --dim: #9da7b3; --paper: #0d1117; --rule: #3d444d; --band: #161b22;
  --mtls: #56b4e9; --half: #e69f00; --plain: #8b949e; --moved: #2ec99a; --stop: #ff8b8b; --in: #12324a; --to: #0d3b2c; --off: #161b22`;

export const PICTURE_STYLE = `.plan { ${light} }
@media screen and (prefers-color-scheme: dark) { .plan { ${dark} } }
.plan text { font: 13px sans-serif; fill: var(--ink) } .plan .small { font-size: 11px; fill: var(--dim) }
.plan .title { font-size: 17px; font-weight: bold } .plan .head { font-weight: bold } .plan .mid { text-anchor: middle } .plan .end { text-anchor: end }
.plan .paper { fill: var(--paper) } .plan .band { fill: var(--band) } .plan .rule { stroke: var(--rule); stroke-width: 1 }
.plan .join { fill: var(--mtls) } .plan .shift { fill: var(--moved) } .plan .enforce { fill: var(--ink) } .plan .other { fill: var(--dim) }
.plan .hole { fill: var(--paper) } .plan .retire, .plan .commit { fill: none; stroke: var(--stop); stroke-width: 3 } .plan .commit { stroke-dasharray: 6 3 }
.plan .does { font-size: 11px; font-weight: bold; fill: var(--half) }
.plan .box { stroke: var(--plain) } .plan .off { fill: var(--off); stroke-dasharray: 5 3 } .plan .on { fill: var(--in); stroke: var(--mtls); stroke-width: 2 }
.plan .moved { fill: var(--to); stroke: var(--moved); stroke-width: 3 } .plan .idle { fill: var(--band); stroke: var(--mtls); stroke-dasharray: 2 2 }
.plan .stopped { fill: var(--band); stroke: var(--stop) } .plan .cross { stroke: var(--stop); stroke-width: 1.5 } .plan .stranger { fill: var(--band); stroke-dasharray: 1 3 }
.plan .track { fill: var(--rule) } .plan .share { fill: var(--moved) } .plan .tag { fill: var(--ink) } .plan .tagged { font-size: 11px; font-weight: bold; fill: var(--paper) }
.plan .call { fill: none; stroke-width: 1.8 } .plan .plaintext { stroke: var(--plain); stroke-dasharray: 2 4 } .plan .half { stroke: var(--half); stroke-dasharray: 9 5 }
.plan .mtls { stroke: var(--mtls) } .plan .enforced { stroke: var(--mtls); stroke-width: 4 } .plan .twin { fill: none; stroke: var(--dim); stroke-dasharray: 1 4 }
.plan .head-plaintext { fill: var(--plain) } .plan .head-half { fill: var(--half) } .plan .head-mtls, .plan .head-enforced { fill: var(--mtls) }
.plan .port { font-size: 11px; paint-order: stroke; stroke: var(--paper); stroke-width: 4px; text-anchor: middle }`;

/** A file of its own needs its style sheet in itself; on a page there is one for all. */
export type PictureUse = 'file' | 'page';

/** The first lines of a picture. The title is escaped already. */
export function openSvg(title: string, { width, height }: { width: number; height: number }, as: PictureUse): string[] {
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="plan" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${title}</title>`,
    ...(as === 'file' ? [`<style>${PICTURE_STYLE}</style>`] : []),
    `<rect class="paper" width="${width}" height="${height}"/>`,
  ];
}
