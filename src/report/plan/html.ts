import type { Inventory } from '../../inventory/schema.ts';
import type { MigrationPlan, Step } from '../../plans/plan.ts';
import { POLICY } from '../assess-html-style.ts';
import { type Row, section, table, tinted, whole } from '../assess-html-parts.ts';
import { escapeMarkup } from '../markup.ts';
import { renderEstate } from './estate-svg.ts';
import { factsOf, type PlanFacts } from './facts.ts';
import { FOCUS_RULE, isLarge } from './focus.ts';
import { APPROVAL_HEADER, approvalRows, budgetRows } from './people.ts';
import { FREEZE_HEADER, freezeRows } from './freezes.ts';
import { HINTS } from './hints.ts';
import { type EstateHistory, historyOf } from './history.ts';
import { PAGE_STYLE } from './html-style.ts';
import { waveHtml } from './html-wave.ts';
import { objectiveRows, ratesWords } from './order-words.ts';
import { rowsOf } from './rows.ts';
import { serviceRows } from './services.ts';
import { renderTimeline, TIMELINE_RULE } from './timeline-svg.ts';
import { figuresOf, interruptionWords, timeWords } from './words.ts';

/** Beyond this many the waves are folded; their titles say what is in them. */
const MAX_OPEN_WAVES = 6;
/** And services. */
const MAX_OPEN_SERVICES = 40;
/** Why a report has no pictures of the estate. */
const NO_PICTURES =
  'Pictures of the estate are left out: a plan alone does not say who calls whom. Name the inventory that it was made from.';

/** The plan as one self-contained page, for those who decide on the change and do not run it. */
export function renderPlanHtml(plan: MigrationPlan, inventory?: Inventory): string {
  const facts = factsOf(plan);
  const history = inventory && historyOf(plan, inventory);
  const isOpen = facts.waves.length <= MAX_OPEN_WAVES;
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="Content-Security-Policy" content="${POLICY}">`,
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>Plan ${escapeMarkup(plan.id)}</title><style>${PAGE_STYLE}</style></head><body>`,
    ...head(plan, facts),
    whatMoves(plan, history),
    `<h2>Waves</h2>${rule(rowsOf(plan).isLarge, TIMELINE_RULE)}<div class="picture">${renderTimeline(plan, 'page')}</div>`,
    `<h2>Wave by wave</h2>${beforeAll(history)}`,
    ...facts.waves.map((wave) => waveHtml(wave, history, isOpen)),
    section(
      'Declared interruptions',
      ['Step', 'What', 'Detail'],
      [...facts.restarts, ...facts.cuts].map(interruptionRow),
    ),
    section('Cannot be taken back', ['Step', 'Why'], facts.commitPoints.map(reasonRow)),
    section('Done by a person', ['Step', 'What'], facts.byHand.map(byHandRow)),
    ...(plan.freeze ? [section('No stage begins', FREEZE_HEADER, freezeRows(plan).map(cells))] : []),
    ...peopleSections(plan),
    ...leftOut(plan),
    section(
      'Why these waves',
      ['Term', 'Request-hours', 'What it is'],
      objectiveRows(plan.order).map(cells),
      `<p class="small">${escapeMarkup(ratesWords(plan.order))}</p>`,
    ),
    `<h2>Words</h2><dl>${HINTS.map(([word, meaning]) => `<dt>${word}</dt><dd>${meaning}</dd>`).join('')}</dl>`,
    '</body></html>',
  ].join('\n');
}

function peopleSections(plan: MigrationPlan): string[] {
  const rows = approvalRows(plan).map(cells);
  return [
    ...(rows.length > 0 ? [section('Waits for approval', APPROVAL_HEADER, rows)] : []),
    ...(plan.failureBudget
      ? [section('Goes on without', ['Where', 'Stages'], budgetRows(plan.failureBudget).map(cells))]
      : []),
  ];
}

function head(plan: MigrationPlan, facts: PlanFacts): string[] {
  const { id, estate, provider, digest, inputs, applyable, complete, stages } = plan;
  const state = applyable
    ? tinted('good', `can be applied${complete ? '' : ', not complete'}`)
    : tinted('bad', plan.basis === 'files' ? 'a draft from files, not for apply' : 'cannot be applied');
  const figures = figuresOf(facts, stages.length).map(
    ([kind, number, words]) => `<li class="${kind}"><b>${number}</b>${words}</li>`,
  );
  const digests = [`Plan ${digest}`, `inventory ${inputs.inventory}`, `estate ${inputs.estate}`];
  return [
    `<h1>Plan ${escapeMarkup(id)} for estate ${escapeMarkup(estate)}: ${state}</h1>`,
    `<p>Moves ${plan.paths.length} services into the mesh (${escapeMarkup(provider)}). Time: ${escapeMarkup(timeWords(facts.time))}.</p>`,
    `<ul class="counts">${figures.join('')}</ul>`,
    `<p class="digest">${digests.map(escapeMarkup).join('<br>')}</p>`,
  ];
}

const cells = (row: readonly string[]): Row => row.map(escapeMarkup);
const interruptionRow = (step: Step): Row => cells([step.id, interruptionWords(step), step.interruptionDetail ?? '']);
const reasonRow = ({ id, reason }: Step): Row => cells([id, reason]);
const byHandRow = ({ id, apply }: Step): Row =>
  cells([id, apply.flatMap((one) => (one.op === 'manual' ? [one.instruction] : [])).join('; ')]);

/** Folded where it would push everything else off the first pages. */
function whatMoves(plan: MigrationPlan, history: EstateHistory | undefined): string {
  const rows = serviceRows(plan, history).map(({ service, path, why, moves, before = [], after = [] }) => [
    escapeMarkup(service),
    `${escapeMarkup(path)}<br><span class="small">${escapeMarkup(why)}</span>`,
    escapeMarkup(moves),
    before.map(escapeMarkup).join('<br>'),
    after.map(escapeMarkup).join('<br>'),
  ]);
  const header = ['Service', 'Path', 'Moves', ...(history ? ['Before', 'After'] : [])];
  const shown = table(
    header,
    rows.map((row) => row.slice(0, header.length)),
  );
  if (rows.length <= MAX_OPEN_SERVICES) return `<h2>What moves</h2>${shown}`;
  return `<h2>What moves</h2><details><summary>${rows.length} services</summary>${shown}</details>`;
}

function beforeAll(history: EstateHistory | undefined): string {
  const before = history?.moments.get(0);
  if (history === undefined || before === undefined) return `<p>${NO_PICTURES}</p>`;
  return `${rule(isLarge(history), FOCUS_RULE)}<div class="picture">${renderEstate(history, before, 'page')}</div>`;
}

/** Said where it applies. */
function rule(applies: boolean, words: string): string {
  return applies ? `<p class="small">${words}</p>` : '';
}

function leftOut({ deferred, exempt, findings }: MigrationPlan): string[] {
  return [
    section(
      'Left for later',
      ['Service', 'Move', 'Code', 'Why'],
      deferred.map(({ subject, move, code, why }) => cells([subject, move, code, why])),
    ),
    section(
      'Stays outside the mesh',
      ['Caller', 'Calls', 'Why', 'Owner', 'Until'],
      exempt.map(({ subject, service, port, reason, owner = 'nobody', expires = 'for ever' }) =>
        cells([
          subject,
          port === undefined ? service : `${service}, port ${port}, which takes plaintext for it`,
          reason,
          owner,
          expires,
        ]),
      ),
    ),
    section(
      'Findings',
      ['Level', 'Code', 'Subject', 'What'],
      findings.map(({ level, code, subject, message }) => [
        tinted(level, level),
        whole(code),
        ...cellsOf(subject, message),
      ]),
    ),
  ];
}

const cellsOf = (...texts: string[]): string[] => texts.map(escapeMarkup);
