import type { Difference } from '../execute/compare-owned.ts';
import type { HostRenewal } from '../execute/renew/renew-run.ts';
import type { MeasuredMesh, RunStatus } from '../execute/status.ts';
import { measuredWords } from './measured-words.ts';
import { sanitizeLine as oneLine } from './sanitize.ts';
import { style } from './style.ts';

/** The state of every run, for somebody with a pager. */
export function renderStatus(runs: readonly RunStatus[]): string {
  if (runs.length === 0) return 'No run is recorded here.';
  return runs.flatMap(renderRun).join('\n');
}

function renderRun(status: RunStatus): string[] {
  const { run, plan, standing, goal, stages, lastGate, halted, committed, owned, holder, credentials } = status;
  const { outlook, isRunning, unheard = [], held, differences, createsRefused } = status;
  return [
    style.bold(`run ${run}`) + ` of plan ${plan}: ${standing}`,
    `  goal: ${goal}${holder === undefined ? '' : `, last held by ${holder}`}`,
    ...(isRunning === undefined
      ? []
      : [`  process: ${isRunning ? 'one carries a run of this directory out now' : 'none carries it out now'}`]),
    ...(outlook ? [`  next: ${oneLine(outlook.next)}`, `  if it stops now: ${outlook.ifStopped}`] : []),
    ...(held === undefined ? [] : [`  ${style.yellow('held')}: ${oneLine(held)}`]),
    ...(createsRefused === undefined ? [] : renderCreates(createsRefused)),
    ...unheard.map((text) => `  ${style.yellow('said, not heard yet')}: ${oneLine(text)}`),
    ...stages.map(({ id, done, total, state }) => `  ${paint(state)} ${id.padEnd(24)} ${done}/${total} steps`),
    ...halted.map((why) => `  ${style.yellow('halted')} at ${why}`),
    ...committed.map((step) => `  ${style.red('past the commit point')}: ${step}; rollback over it is refused`),
    ...(lastGate === undefined ? [] : [`  last gate: ${lastGate}`]),
    ...(status.mesh ? renderMesh(status.mesh) : []),
    ...(owned === undefined
      ? []
      : [`  owned: ${owned.length} object(s) and file(s)`, ...owned.map((thing) => `    ${thing}`)]),
    ...(differences ? renderDifferences(differences) : []),
    ...(credentials === undefined ? [] : renderCredentials(credentials)),
    '',
  ];
}

function renderMesh({ stage, proxies, predicted, left }: MeasuredMesh): string[] {
  const words = measuredWords(proxies, predicted);
  const toCome =
    left === undefined || left.millicores === null || left.proxies === 0
      ? []
      : [`the ${left.proxies} proxies yet to join will need about ${Math.ceil(left.millicores)} millicores by that`];
  return [`  mesh, as measured after ${stage}:`, ...[...words, ...toCome].map((text) => `    ${oneLine(text)}`)];
}

/** What a holder that was frozen and wakes past its Lease can still do: its updates are conflicts either way. */
function renderCreates(areRefused: boolean): string[] {
  if (areRefused) return ['  former holder: what it would create is refused by the admission policy of the run'];
  return [
    `  ${style.yellow('former holder')}: one that was frozen and wakes past its Lease can still create objects: no admission policy`,
    `    ${style.dim('fix')} policy.admissionPolicy: true in the estate; the next apply installs it (rights: mesh migrate rbac)`,
  ];
}

function renderDifferences(differences: readonly Difference[]): string[] {
  if (differences.length === 0) return ['  compared: all that was done is as it was left'];
  return [
    `  compared: ${differences.length} thing(s) are not as they were left`,
    ...differences.map(
      ({ step, what, found, why }) =>
        `    ${style.yellow(found.padEnd(8))} ${what} (${step})${why === undefined ? '' : `: ${oneLine(why)}`}`,
    ),
  ];
}

function renderCredentials(hosts: readonly HostRenewal[]): string[] {
  const isDue = hosts.some(({ level }) => level !== 'ok');
  return [
    `  credentials: ${hosts.length === 0 ? 'no host is joined' : `${hosts.length} joined host(s)`}`,
    ...hosts.map(({ host, level, found, error }) => {
      const mark = { ok: style.green, warning: style.yellow, error: style.red }[level](level.padEnd(8));
      return `    ${mark} ${host}: ${error ? `${error.code}: ${error.cause}` : found}`;
    }),
    ...(isDue ? [`    ${style.dim('fix')} mesh hosts renew PLAN`] : []),
  ];
}

function paint(state: RunStatus['stages'][number]['state']): string {
  const width = state.padEnd(12);
  if (state === 'done') return style.green(width);
  return state === 'under way' || state === 'unknown' ? style.yellow(width) : style.dim(width);
}
