import { stringify } from 'yaml';
import type { Gate } from '../plans/gate.ts';
import { commitPointOf, type MigrationPlan, type Stage, type Step } from '../plans/plan.ts';
import { linesOf, oneLine } from './plan-lines.ts';
import { renderWaves } from './plan-waves-text.ts';
import { costLine, renderCost } from './cost-text.ts';
import { expectedInAll, expectedLine } from './expects-text.ts';
import { budgetRows } from './plan/people.ts';
import { style } from './style.ts';
import { limitWords } from '../plans/metric-parts.ts';

/** The plan in a few lines, and what to do with it. */
export function renderPlanSummary(made: MigrationPlan, file: string): string {
  const plan = linesOf(made);
  const declared = declaredInterruptions(plan);
  const steps = plan.stages.flatMap((stage) => stage.steps);
  const lines = [
    style.bold(
      `Plan ${plan.id}: ${plan.stages.length} stages, ${steps.length} steps, ${declared.length} of them interrupt something`,
    ),
    ...plan.stages.map(({ id, title }, index) => `  ${String(index + 1).padStart(2)}  ${id.padEnd(24)} ${title}`),
    ...renderLeftOut(plan),
    '',
    ...expectedInAll(plan),
    ...costLine(plan.cost),
    `Written to ${file}`,
  ];
  if (plan.basis === 'files') return [...lines, ...draftLines(plan, file)].join('\n');
  const next = plan.applyable
    ? [
        `Read it:   mesh migrate show ${file}`,
        `Try it:    mesh migrate apply ${file} --dry-run`,
        `Apply it:  mesh migrate apply ${file}`,
      ]
    : [style.red('It cannot be applied until the errors above are settled.')];
  return [...lines, ...next].join('\n');
}

/** A plan from files is for reading: what it rests on, and what comes before one that can be applied. */
function draftLines({ findings }: MigrationPlan, file: string): string[] {
  const assumed = findings.filter(({ code }) => code === 'MW1345').length;
  return [
    style.bold(
      `A draft from files: it rests on ${assumed} ${assumed === 1 ? 'assumption' : 'assumptions'}, and apply refuses it.`,
    ),
    `Read it:   mesh migrate show ${file}`,
    'Then:      mesh discover, and mesh migrate plan',
  ];
}

/** The plan for a reader who decides whether to sign it. */
export function renderPlan(made: MigrationPlan, { full }: { full: boolean }): string {
  const plan = linesOf(made);
  return [
    style.bold(`Plan ${plan.id}`) + ` for estate ${plan.estate}, by ${plan.provider}`,
    style.dim(`${plan.digest}`),
    '',
    style.bold('Paths'),
    ...plan.paths.map(({ service, path, why }) => `  ${service.padEnd(16)} ${path.padEnd(12)} ${why}`),
    ...renderWaves(plan.order),
    ...plan.stages.flatMap((stage, index) => ['', ...renderStage(stage, index + 1, full)]),
    ...renderInterruptions(plan),
    ...renderCommitPoints(plan),
    ...renderCost(plan.cost),
    ...renderFreeze(plan),
    ...renderPeople(plan),
    ...renderLeftOut(plan),
    '',
    ...expectedInAll(plan),
    plan.applyable
      ? `Applyable${plan.complete ? ' and complete' : '; not complete: see what is left for later'}.`
      : style.red(
          plan.basis === 'files' ? 'A draft from files: not for apply.' : 'Not applyable: settle the errors above.',
        ),
  ].join('\n');
}

function renderStage(stage: Stage, number: number, full: boolean): string[] {
  const { id, title, wave, blastRadius, steps, gate, expects } = stage;
  const commitPoint = commitPointOf(stage);
  const reversible = commitPoint ? style.red(`reversible until ${commitPoint.action}`) : style.dim('reversible');
  return [
    style.bold(`Stage ${number}  ${id}`) + style.dim(`  wave ${wave}, `) + reversible,
    `  ${title}`,
    `  touches: ${blastRadius}`,
    expectedLine(expects),
    ...steps.flatMap((step) => [...(step === commitPoint ? [COMMIT_LINE] : []), ...renderStep(step, full)]),
    `  gate: ${gate.checks.length} checks, ${gate.metrics.length} metrics${replayWords(gate)}, watched for ${gate.bakeMs / 1000} s`,
    ...(full
      ? indent(stringify(gate, { lineWidth: 0 }), 8)
      : gate.metrics.map((metric) => `    ${metric.name}: ${oneLine(metric.subject)} ${limitWords(metric)}`)),
    ...(stage.measure
      ? [`  then measured: ${stage.measure.proxies.map(({ subject }) => subject).join(', ')}, for what the mesh costs`]
      : []),
  ];
}

function replayWords({ replay }: Gate): string {
  if (!replay) return '';
  const { edges, names } = replay;
  const parts = [
    ...(edges.length > 0 ? [`${edges.length} call(s)`] : []),
    ...(names.length > 0 ? [`names on ${names.length} host(s)`] : []),
  ];
  return `, ${parts.join(' and ')} as before it`;
}

const COMMIT_LINE = style.red(
  '  === commit point: after the next step rollback over this stage is refused (MW1406); apply asks, or needs --commit ===',
);

function renderStep(step: Step, full: boolean): string[] {
  const { action, apply, reason, notes = [], interruption, gate } = step;
  const mark = interruption === 'none' ? '' : style.yellow(`  [${interruption}]`);
  const operations = [...new Set(apply.map(({ op }) => op))].join(', ');
  const share = gate?.metrics.find(({ name }) => name === 'traffic-share');
  return [
    `  - ${action.padEnd(18)} ${operations}${mark}`,
    style.dim(`      ${reason}`),
    ...apply.flatMap((operation) =>
      operation.op === 'manual' ? [`      by hand: ${oneLine(operation.instruction)}`] : [],
    ),
    ...notes.map((note) => `      ${style.yellow('note')}: ${note}`),
    ...(share
      ? [`      gate: share on the twin ${limitWords(share)}, watched for ${(gate?.bakeMs ?? 0) / 1000} s`]
      : []),
    ...(full
      ? indent(
          stringify(
            {
              require: step.require,
              requireRevert: step.requireRevert,
              apply,
              verify: step.verify,
              revert: step.revert,
              verifyRevert: step.verifyRevert,
            },
            { lineWidth: 0 },
          ),
          8,
        )
      : []),
  ];
}

const indent = (text: string, by: number): string[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line) => ' '.repeat(by) + line);

const declaredInterruptions = (plan: MigrationPlan): Step[] =>
  plan.stages.flatMap(({ steps }) => steps).filter(({ interruption }) => interruption !== 'none');

function renderInterruptions(plan: MigrationPlan): string[] {
  const declared = declaredInterruptions(plan);
  if (declared.length === 0) return ['', 'Nothing is interrupted.'];
  return [
    '',
    style.bold('Declared interruptions'),
    ...declared.map(
      ({ id, interruption, interruptionDetail }) => `  ${id} [${interruption}]: ${interruptionDetail ?? ''}`,
    ),
  ];
}

function renderCommitPoints({ stages }: MigrationPlan): string[] {
  const points = stages.flatMap((stage) => commitPointOf(stage) ?? []);
  if (points.length === 0) return ['', 'Everything can be taken back.'];
  return ['', style.bold('Cannot be taken back'), ...points.map(({ id, reason }) => `  ${style.red(id)}: ${reason}`)];
}

function renderFreeze({ freeze = [] }: MigrationPlan): string[] {
  const lines = freeze.map(
    ({ from, until, reason, stages }) => `  ${from} to ${until}: ${reason}; ${stages.join(', ')}`,
  );
  return lines.length === 0 ? [] : ['', style.bold('No stage begins'), ...lines];
}

function renderPeople({ stages, failureBudget }: MigrationPlan): string[] {
  const waiting = stages.flatMap(({ id, approval }) => (approval === undefined ? [] : [`  ${id}: ${approval}`]));
  return [
    ...(waiting.length === 0 ? [] : ['', style.bold('Waits for approval'), ...waiting]),
    ...(failureBudget
      ? ['', style.bold('Goes on without'), ...budgetRows(failureBudget).map((row) => `  ${row.join(': ')}`)]
      : []),
  ];
}

function renderLeftOut({ deferred, exempt, findings }: MigrationPlan): string[] {
  const paint = { error: style.red, warning: style.yellow, info: style.dim };
  return [
    ...(deferred.length > 0
      ? ['', style.bold('Left for later'), ...deferred.map(({ subject, move, why }) => `  ${subject} ${move}: ${why}`)]
      : []),
    ...(exempt.length > 0
      ? [
          '',
          style.bold('Stays outside the mesh'),
          ...exempt.map(
            ({ subject, service, port, reason, owner, expires }) =>
              `  ${subject}: ${service}${port === undefined ? '' : `, port ${port}`}, takes plaintext for it: ${reason}${owner === undefined ? '' : ` (${owner})`}${expires === undefined ? '' : `; until ${expires}`}`,
          ),
        ]
      : []),
    ...(findings.length > 0
      ? [
          '',
          style.bold('Findings'),
          ...findings.map(
            ({ code, level, subject, message }) => `  ${paint[level](level)} ${code} ${subject}: ${message}`,
          ),
        ]
      : []),
  ];
}
