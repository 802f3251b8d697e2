import type { Assessment, ParityCard, WorkloadReadiness } from '../assess/schema.ts';
import type { Inventory } from '../inventory/schema.ts';
import { betweenText } from '../inventory/window-words.ts';
import { foundOf, openQuestions, outcomeWords, readinessWords, stateWords } from './assess-words.ts';
import { foldGraph } from './graph/fold.ts';
import { graphOf } from './graph/model.ts';
import { renderSvg } from './graph/svg.ts';
import { escapeMarkup } from './markup.ts';

/** A page of its own: no script, no network, no font or picture from elsewhere, whatever a name of the estate says. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

const STYLE = `
body { font: 15px/1.45 system-ui, sans-serif; margin: 2rem auto; max-width: 75rem; padding: 0 1rem; color: #1c2430; background: #fff }
h1, h2 { line-height: 1.2 } h2 { margin-top: 2.2rem }
table { border-collapse: collapse; width: 100% } th, td { text-align: left; vertical-align: top; padding: .35rem .6rem; border-bottom: 1px solid #d9dee5; overflow-wrap: anywhere } th { overflow-wrap: normal } .sides td:first-child { min-width: 12rem }
.sides { display: grid; grid-template-columns: 1fr 1fr; gap: 1.5rem } .small { color: #5a6675; font-size: .9em }
.blocked, .error, .missing { color: #a4161a } .work, .warning { color: #8a5a00 } .ready, .found { color: #1b6b3a } .unknown, .exempt, .info { color: #5a6675 }
svg { max-width: 100%; height: auto }
@media (max-width: 50rem) { .sides { grid-template-columns: 1fr } }`.trim();

/** The assessment as one self-contained page. */
export function renderHtml(assessment: Assessment, inventory: Inventory): string {
  const { estate, readiness, capturedAt, workloads, parity } = assessment;
  const of = (platform: WorkloadReadiness['platform']): WorkloadReadiness[] =>
    workloads.filter((workload) => workload.platform === platform);
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>Assessment of ${escapeMarkup(estate)}</title><style>${STYLE}</style></head><body>`,
    `<h1>Assessment of ${escapeMarkup(estate)}: ${tinted(readiness, readinessWords(readiness, openQuestions(assessment).length))}</h1>`,
    `<p class="small">From an inventory of ${escapeMarkup(capturedAt)}. “Clear” says that nothing was found, “not known” that nothing decides it.</p>`,
    `<div class="sides">${side('Virtual machines', of('vm'))}${side('Kubernetes', of('kubernetes'))}</div>`,
    `<h2>Who calls whom</h2>${renderSvg(foldGraph(graphOf(inventory), inventory))}`,
    ...(inventory.window === undefined ? [] : [callsOverTime(inventory)]),
    section('Found', ['Level', 'Check', 'Code', 'Subject', 'What'], foundRows(assessment)),
    section('Not known', ['Check', 'What', 'Why', 'Subjects'], openRows(assessment)),
    section('Checks', ['Check', 'What', 'Outcome', 'Why'], checkRows(assessment)),
    ...(parity.length > 0 ? ['<h2>VM parity</h2>', ...parity.map(card)] : []),
    '</body></html>',
  ].join('\n');
}

function side(title: string, workloads: readonly WorkloadReadiness[]): string {
  const rows = workloads.map(({ id, service, role, mesh, readiness, errors, warnings, unknown }) => [
    `${escapeMarkup(service)}${role === 'twin' ? ' (twin)' : ''}<br><span class="small">${escapeMarkup(id)}</span>`,
    escapeMarkup(mesh),
    tinted(readiness, readinessWords(readiness, unknown)),
    `${errors} / ${warnings} / ${unknown}`,
  ]);
  return `<div><h2>${title}</h2>${table(['Service', 'Mesh', 'Readiness', 'Errors / warnings / not known'], rows)}</div>`;
}

function foundRows(assessment: Assessment): string[][] {
  return foundOf(assessment).map(({ level, check, code, subject, cause, evidence, fix }) => [
    tinted(level, level),
    ...[check, code, subject].map(escapeMarkup),
    `${escapeMarkup(cause)}<br><span class="small">Seen: ${escapeMarkup(evidence)}. ${escapeMarkup(fix)}</span>`,
  ]);
}

/** Of an inventory that was taken over time: a picture has no room for when. */
function callsOverTime(inventory: Inventory): string {
  const rows = graphOf(inventory).edges.map(({ from, to, port, confidence, seen }) =>
    [
      ...[from, to, String(port), confidence],
      ...(seen === undefined ? ['', ''] : [String(seen.count), betweenText(seen.firstAt, seen.lastAt)]),
    ].map(escapeMarkup),
  );
  return section('Calls over time', ['Caller', 'Calls', 'Port', 'Known', 'Seen', 'First and last'], rows);
}

function openRows(assessment: Assessment): string[][] {
  return openQuestions(assessment).map(({ check, title, reason, subjects }) =>
    [check, title, reason, subjects.join(', ')].map(escapeMarkup),
  );
}

function checkRows({ checks }: Assessment): string[][] {
  return checks.map(({ id, title, outcome, because = '' }) =>
    [id, title, outcomeWords[outcome], because].map(escapeMarkup),
  );
}

function card({ workload, found, missing, unknown, rows }: ParityCard): string {
  const scored = rows.map(({ row, state, what, closes }) => [
    escapeMarkup(row),
    tinted(state, stateWords[state]),
    escapeMarkup(what),
    escapeMarkup(closes),
  ]);
  const totals = `${found} found, ${missing} missing, ${unknown} not known`;
  return `<h3>${escapeMarkup(workload)}: ${totals}</h3>${table(['In Kubernetes', 'On the VM', 'What was found', 'What would close it'], scored)}`;
}

function section(title: string, header: readonly string[], rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? '' : `<h2>${title}</h2>${table(header, rows)}`;
}

/** Cells are HTML already: every one that quotes something was escaped where it was made. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = header.map((cell) => `<th>${cell}</th>`).join('');
  const body = rows.map((row) => `<tr>${row.map((cell) => `<td>${cell}</td>`).join('')}</tr>`).join('\n');
  return `<table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table>`;
}

/** The class is one of ours: a level, a state or a readiness. */
function tinted(kind: string, word: string): string {
  return `<span class="${escapeMarkup(kind)}">${escapeMarkup(word)}</span>`;
}
