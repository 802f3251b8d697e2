import type { Inventory } from '../../inventory/schema.ts';
import type { MigrationPlan, Step } from '../../plans/plan.ts';
import { escapeMarkdown as text, folded, markdownTable } from '../markdown.ts';
import { factsOf, type PlanFacts } from './facts.ts';
import { APPROVAL_HEADER, approvalRows, budgetRows } from './people.ts';
import { FREEZE_HEADER, freezeRows } from './freezes.ts';
import { historyOf } from './history.ts';
import { waveMarkdown } from './markdown-wave.ts';
import { objectiveRows, ratesWords } from './order-words.ts';
import { serviceRows } from './services.ts';
import { figuresOf, interruptionWords, timeWords } from './words.ts';

/** Beyond this many the waves are folded. */
const MAX_OPEN_WAVES = 3;
/** Beyond this many stages their steps are left out: the text of a change request has a limit, GitHub's is 65,536 characters. */
const MAX_FULL_STAGES = 30;

const NO_INVENTORY =
  'What each wave does to workloads and calls is left out: a plan alone does not say who calls whom. Name the inventory that it was made from.';
const BRIEF = `A plan of more than ${MAX_FULL_STAGES} stages is told without its steps; the plan file has them, and so has the page.`;

/** The plan for the text of a change request: tables, and parts that unfold. HTML in it is ours alone. */
export function renderPlanMarkdown(plan: MigrationPlan, inventory?: Inventory): string {
  const facts = factsOf(plan);
  const history = inventory && historyOf(plan, inventory);
  const shown = { isOpen: facts.waves.length <= MAX_OPEN_WAVES, isBrief: plan.stages.length > MAX_FULL_STAGES };
  const lines = [
    ...head(plan, facts),
    '## What moves',
    '',
    ...markdownTable(
      ['Service', 'Path', 'Moves', ...(history ? ['Before', 'After'] : [])],
      serviceRows(plan, history).map(({ service, path, why, moves, before, after }) => [
        text(service),
        `${text(path)}: ${text(why)}`,
        text(moves),
        ...[before, after].flatMap((cell) => (cell === undefined ? [] : [cell.map(text).join('<br>')])),
      ]),
    ),
    '## Waves',
    '',
    ...(history ? [] : [NO_INVENTORY, '']),
    ...(shown.isBrief ? [BRIEF, ''] : []),
    ...facts.waves.flatMap((wave) => waveMarkdown(wave, history, shown)),
    ...effects(facts),
    ...part('No stage begins', FREEZE_HEADER, freezeRows(plan)),
    ...part('Waits for approval', APPROVAL_HEADER, approvalRows(plan)),
    ...(plan.failureBudget ? part('Goes on without', ['Where', 'Stages'], budgetRows(plan.failureBudget)) : []),
    ...leftOut(plan),
    ...folded('Why these waves', [
      ...markdownTable(
        ['Term', 'Request-hours', 'What it is'],
        objectiveRows(plan.order).map((row) => row.map(text)),
      ),
      text(ratesWords(plan.order)),
      '',
    ]),
  ];
  return lines.join('\n').trimEnd();
}

function head(plan: MigrationPlan, facts: PlanFacts): string[] {
  const { id, estate, provider, digest, inputs, applyable, complete, stages, paths } = plan;
  const no = plan.basis === 'files' ? 'a draft from files, not for apply' : 'cannot be applied';
  const state = applyable ? `can be applied${complete ? '' : ', not complete'}` : no;
  const figures = figuresOf(facts, stages.length).map(([, number, words]) => [words, String(number)]);
  return [
    `# Plan ${text(id)} for estate ${text(estate)}: ${state}`,
    '',
    `Moves ${paths.length} services into the mesh (${text(provider)}). Time: ${text(timeWords(facts.time))}.`,
    '',
    ...markdownTable(['What', 'How many'], figures),
    // Digests are hexadecimal by their schema.
    `Plan \`${digest}\`, from inventory \`${inputs.inventory}\` and estate \`${inputs.estate}\`.`,
    '',
  ];
}

function effects({ restarts, cuts, commitPoints, byHand }: PlanFacts): string[] {
  const told = ({ apply }: Step): string =>
    apply.flatMap((one) => (one.op === 'manual' ? [one.instruction] : [])).join('; ');
  const interrupts = [...restarts, ...cuts].map((step) => [
    step.id,
    interruptionWords(step),
    step.interruptionDetail ?? '',
  ]);
  return [
    ...part('Declared interruptions', ['Step', 'What', 'Detail'], interrupts),
    ...part(
      'Cannot be taken back',
      ['Step', 'Why'],
      commitPoints.map(({ id, reason }) => [id, reason]),
    ),
    ...part(
      'Done by a person',
      ['Step', 'What'],
      byHand.map((step) => [step.id, told(step)]),
    ),
  ];
}

function leftOut({ deferred, exempt, findings }: MigrationPlan): string[] {
  return [
    ...part(
      'Left for later',
      ['Service', 'Move', 'Code', 'Why'],
      deferred.map(({ subject, move, code, why }) => [subject, move, code, why]),
    ),
    ...part(
      'Stays outside the mesh',
      ['Caller', 'Calls', 'Port that takes plaintext', 'Why', 'Owner', 'Until'],
      exempt.map(({ subject, service, port = '', reason, owner = 'nobody', expires = 'for ever' }) => [
        subject,
        service,
        String(port),
        reason,
        owner,
        expires,
      ]),
    ),
    ...part(
      'Findings',
      ['Level', 'Code', 'Subject', 'What'],
      findings.map(({ level, code, subject, message }) => [level, code, subject, message]),
    ),
  ];
}

/** A heading and its table; nothing without rows. */
function part(title: string, header: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  return [
    `## ${title}`,
    '',
    ...markdownTable(
      header,
      rows.map((row) => row.map(text)),
    ),
  ];
}
