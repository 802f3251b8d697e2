/** A page of its own: no script, no network, no font or picture from elsewhere, whatever a name of the estate says. */
export const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** What a reader may hide, by the class of its rows: boxes and rules of CSS do it, for the page has no script. */
export const HIDEABLE = ['error', 'warning', 'info'] as const;

const hiding = HIDEABLE.map((kind) => `body:has(#show-${kind}:not(:checked)) .row-${kind} { display: none }`).join(
  '\n',
);

export const STYLE = `
:root { color-scheme: light }
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 78rem; padding: 0 1rem; color: #1c2430; background: #fff }
h1, h2, h3 { line-height: 1.2; break-after: avoid } h2 { margin-top: 2.4rem } h3 { margin: 1.4rem 0 .4rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #d9dee5; overflow-wrap: anywhere } th { overflow-wrap: normal } td:first-child { overflow-wrap: normal } .sides td:first-child { min-width: 12rem; overflow-wrap: anywhere }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 1.5rem } .small { color: #5a6675; font-size: .9em } .whole, .filter label, .tint { white-space: nowrap }
.counts { display: flex; flex-wrap: wrap; gap: .6rem; padding: 0; list-style: none } .counts li { border: 1px solid #d9dee5; border-radius: .4rem; padding: .4rem .8rem } .counts b { font-size: 1.3em; margin-right: .3rem }
.clear { color: #1b6b3a } .blocked, .error, .missing { color: #a4161a } .work, .warning { color: #8a5a00 } .ready, .found { color: #1b6b3a } .unknown, .exempt, .info, .moot { color: #5a6675 }
.filter { margin: .6rem 0 } .filter label { margin-right: 1rem } summary { cursor: pointer; font-weight: 600; margin: .8rem 0 .4rem }
svg { max-width: 100%; height: auto }
${hiding}
@media (max-width: 50rem) { .sides { grid-template-columns: 1fr } }
@media print { body { font-size: 11px; margin: 0; max-width: none } .filter { display: none } tr, svg { break-inside: avoid } thead { display: table-header-group } details::details-content { content-visibility: visible; block-size: auto } }`.trim();
