import type { Assessment, ParityCard, WorkloadReadiness } from '../assess/schema.ts';
import type { Inventory } from '../inventory/schema.ts';
import { betweenText } from '../inventory/window-words.ts';
import { HIDEABLE, POLICY, STYLE } from './assess-html-style.ts';
import { type Row, section, small, table, tinted, whole } from './assess-html-parts.ts';
import { nextByOwner, type NextStep } from './assess-next.ts';
import { foundOf, openQuestions, outcomeWords, readinessWords, stateWords, waiverWords } from './assess-words.ts';
import { foldGraph } from './graph/fold.ts';
import { graphOf } from './graph/model.ts';
import { renderSvg } from './graph/svg.ts';
import { escapeMarkup } from './markup.ts';

/** Beyond this many the scorecards of VMs are folded; their totals are in a table before them. */
const MAX_OPEN_CARDS = 4;

/** The assessment as one self-contained page, to be read, filtered, printed and passed round. */
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
    totals(assessment),
    ...whatFirst(assessment),
    `<div class="sides">${side('Virtual machines', of('vm'))}${side('Kubernetes', of('kubernetes'))}</div>`,
    `<h2>Who calls whom</h2>${renderSvg(foldGraph(graphOf(inventory), inventory))}`,
    inventory.window === undefined ? '' : callsOverTime(inventory),
    section('Found', ['Level', 'Check', 'Code', 'Subject', 'What', 'Owner'], foundRows(assessment), filter()),
    section('Waived', ['Level', 'Check', 'Code', 'Subject', 'What', 'Why it is accepted'], waivedRows(assessment)),
    section('Exemption register', ['What', 'Why', 'Owner', 'Until', 'State'], registerRows(assessment)),
    section('Not known', ['Check', 'What', 'Why', 'Subjects'], openRows(assessment)),
    section('Checks', ['Check', 'What', 'Outcome', 'Why'], checkRows(assessment)),
    ...parityPart(parity),
    '</body></html>',
  ].join('\n');
}

function totals(assessment: Assessment): string {
  const of = (level: string): number => assessment.findings.filter((one) => one.level === level).length;
  const numbers: readonly (readonly [kind: string, number: number, words: string])[] = [
    ['error', of('error'), 'errors'],
    ['warning', of('warning'), 'warnings'],
    ['info', of('info'), 'remarks'],
    ['unknown', openQuestions(assessment).length, 'things not known'],
    ['exempt', assessment.waived.length, 'waived'],
  ];
  const items = numbers.map(([kind, number, words]) => `<li class="${kind}"><b>${number}</b>${words}</li>`);
  return `<ul class="counts">${items.join('')}</ul>`;
}

/** What to do first, for each owner what is theirs. */
function whatFirst(assessment: Assessment): string[] {
  const parts = nextByOwner(assessment);
  if (parts.length === 0) return [];
  const words = (owner: string | undefined): string =>
    owner === undefined ? 'Without an owner in the estate' : escapeMarkup(owner);
  return [
    '<h2>What to do first</h2><p class="small">Errors block the migration, warnings are work; by the owner of the services concerned.</p>',
    ...parts.map(
      ({ owner, steps }) => `<h3>${words(owner)}</h3>${table(['Level', 'Code', 'To do', 'Where'], steps.map(stepRow))}`,
    ),
  ];
}

function stepRow({ level, code, fix, subjects }: NextStep): Row {
  const cells = [tinted(level, level), whole(code), escapeMarkup(fix), subjects.map(escapeMarkup).join('<br>')];
  return { kind: level, cells };
}

function side(title: string, workloads: readonly WorkloadReadiness[]): string {
  const rows = workloads.map(({ id, service, role, mesh, readiness, errors, warnings, unknown, waived }) => [
    `${escapeMarkup(service)}${role === 'twin' ? ' (twin)' : ''}<br>${small(escapeMarkup(id))}`,
    escapeMarkup(mesh),
    tinted(readiness, readinessWords(readiness, unknown)),
    `${errors} / ${warnings} / ${unknown} / ${waived}`,
  ]);
  const header = ['Service', 'Mesh', 'Readiness', 'Errors / warnings / not known / waived'];
  return `<div><h2>${title}</h2>${table(header, rows)}</div>`;
}

function filter(): string {
  const boxes = HIDEABLE.map((kind) => `<label><input type="checkbox" id="show-${kind}" checked> ${kind}</label>`);
  return `<p class="filter">Show ${boxes.join('')}</p>`;
}

function foundRows(assessment: Assessment): Row[] {
  return foundOf(assessment).map(({ level, check, code, subject, cause, evidence, fix, owners = [] }) => ({
    kind: level,
    cells: [
      tinted(level, level),
      ...[check, code].map(whole),
      escapeMarkup(subject),
      `${escapeMarkup(cause)}<br>${small(`Seen: ${escapeMarkup(evidence)}. ${escapeMarkup(fix)}`)}`,
      owners.map(escapeMarkup).join('<br>'),
    ],
  }));
}

function waivedRows({ waived }: Assessment): Row[] {
  return waived.map((finding) => {
    const { level, check, code, subject, cause } = finding;
    const word = level === 'unknown' ? 'not known' : level;
    return [
      tinted(level, word),
      ...[check, code].map(whole),
      ...[subject, cause, waiverWords(finding)].map(escapeMarkup),
    ];
  });
}

function registerRows({ exemptions }: Assessment): Row[] {
  return exemptions.map(({ what, reason, owner = 'nobody', expires = 'for ever', state }) => [
    ...[what, reason, owner, expires].map(escapeMarkup),
    tinted(state === 'expired' ? 'error' : 'exempt', state),
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

function openRows(assessment: Assessment): Row[] {
  return openQuestions(assessment).map(({ check, title, reason, subjects }) => [
    whole(check),
    ...[title, reason, subjects.join(', ')].map(escapeMarkup),
  ]);
}

function checkRows({ checks }: Assessment): Row[] {
  return checks.map(({ id, title, outcome, because = '' }) => [
    whole(id),
    escapeMarkup(title),
    tinted(outcome, outcomeWords[outcome]),
    escapeMarkup(because),
  ]);
}

/** What a pod gets and a VM must get too: each VM's totals, then what is behind them. */
function parityPart(cards: readonly ParityCard[]): string[] {
  const rows = cards.map(({ workload, found, missing, unknown }) => [
    escapeMarkup(workload),
    ...[tinted('found', String(found)), tinted('missing', String(missing)), tinted('unknown', String(unknown))],
  ]);
  const isOpen = cards.length <= MAX_OPEN_CARDS;
  return [
    section('VM parity', ['VM workload', 'Found', 'Missing', 'Not known'], rows),
    ...cards.map((one) => card(one, isOpen)),
  ];
}

function card({ workload, found, missing, unknown, rows }: ParityCard, isOpen: boolean): string {
  const scored = rows.map(({ row, state, what, closes }) => [
    escapeMarkup(row),
    tinted(state, stateWords[state]),
    escapeMarkup(what),
    escapeMarkup(closes),
  ]);
  const totals = `${found} found, ${missing} missing, ${unknown} not known`;
  const body = table(['In Kubernetes', 'On the VM', 'What was found', 'What would close it'], scored);
  return `<details${isOpen ? ' open' : ''}><summary>${escapeMarkup(workload)}: ${totals}</summary>${body}</details>`;
}
