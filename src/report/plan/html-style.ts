import { PICTURE_STYLE } from './svg-style.ts';

const light = `--text: #1c2430; --back: #ffffff; --line: #d9dee5; --soft: #5a6675; --good: #1b6b3a; --bad: #a4161a; --care: #8a5a00; --fill: #f6f8fa`;
const dark = `--text: #e6edf3; --back: #0d1117; --line: #3d444d; --soft: #9da7b3; --good: #56d364; --bad: #ff8b8b; --care: #e3b341; --fill: #161b22`;

/** The page's style sheet, in the reader's scheme on a screen and light on paper. */
export const PAGE_STYLE = `
:root { color-scheme: light dark; ${light} }
@media screen and (prefers-color-scheme: dark) { :root { ${dark} } }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 78rem; padding: 0 1rem; color: var(--text); background: var(--back) }
h1, h2, h3, h4 { line-height: 1.2; break-after: avoid } h2 { margin-top: 2.4rem } h3 { margin: 1.4rem 0 .4rem } h4 { margin: 1.2rem 0 .2rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid var(--line); overflow-wrap: anywhere } th, td:first-child { overflow-wrap: normal } td:first-child { min-width: 7rem }
.small { color: var(--soft); font-size: .9em } .whole { white-space: nowrap } .digest { font: .85em ui-monospace, monospace; overflow-wrap: anywhere }
.counts { display: flex; flex-wrap: wrap; gap: .6rem; padding: 0; list-style: none } .counts li { border: 1px solid var(--line); border-radius: .4rem; padding: .4rem .8rem } .counts b { font-size: 1.3em; margin-right: .3rem }
.error, .bad { color: var(--bad); font-weight: 600 } .warning { color: var(--care) } .good { color: var(--good) } .info { color: var(--soft) }
details.wave { border: 1px solid var(--line); border-radius: .4rem; padding: .3rem .9rem; margin: .8rem 0 } summary { cursor: pointer; font-weight: 600; margin: .4rem 0 } summary .small { font-weight: 400 }
.stage { border-left: 3px solid var(--line); padding-left: .9rem; margin: 1rem 0 } .stage p { margin: .2rem 0 } ul.why { margin: .3rem 0; padding-left: 1.2rem }
.picture { overflow-x: auto; margin: .8rem 0 } svg { height: auto } dl { display: grid; grid-template-columns: max-content 1fr; gap: .2rem 1rem } dt { font-weight: 600 } dd { margin: 0 }
${PICTURE_STYLE}
@media print { body { font-size: 11px; margin: 0; max-width: none } svg { max-width: 100% } tr, svg, .stage { break-inside: avoid } thead { display: table-header-group } details::details-content { content-visibility: visible; block-size: auto } }`.trim();
