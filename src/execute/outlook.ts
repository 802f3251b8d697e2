import type { RunState } from '../journal/run-state.ts';
import { commitPointOf, type MigrationPlan } from '../plans/plan.ts';
import { advance } from './advance.ts';
import type { Decision } from './decision.ts';

/** What somebody with a pager asks of a run. */
export interface Outlook {
  /** What is done next, or waited for. */
  next: string;
  /** What it means if the process that carries it out ends now. */
  ifStopped: string;
}

/** What comes next, by the same decision that a run would take, and what would become of it if it ended now. Pure. */
export function outlookOf(plan: MigrationPlan, state: RunState, nowMs: number): Outlook | undefined {
  const [decision] = advance(plan, state, nowMs);
  return decision && { next: nextWords(decision), ifStopped: stoppedWords(plan, state, decision) };
}

function nextWords(decision: Decision): string {
  switch (decision.do) {
    case 'ask':
      return `asks how far ${decision.step.id} got: its intent has no result`;
    case 'baseline':
      return `looks what goes on before ${decision.stage.id}`;
    case 'step':
      return `${decision.direction === 'apply' ? 'does' : 'takes back'} ${decision.step.id}`;
    case 'bake':
      return `begins to watch ${decision.of}`;
    case 'wait': {
      const until = new Date(decision.untilMs).toISOString();
      if (decision.held === undefined) return `watches ${decision.of} until ${until}`;
      return `waits before ${decision.of} (${decision.held}: ${decision.why ?? ''}), until ${until} at most`;
    }
    case 'gate':
      return `asks the gate of ${decision.of}`;
    case 'measure':
      return `measures what the mesh costs after ${decision.stage.id}`;
    case 'retreat':
      return `goes back from ${decision.of} to ${decision.to ?? 'the start'}, traffic first`;
    case 'set-aside':
      return `sets ${decision.stage.id} aside (${decision.kind})`;
    case 'pause':
      return `stands before ${decision.of} (${decision.code}): ${decision.why}`;
    case 'finish':
      return `nothing: it reached ${decision.goal}`;
  }
}

/** Nothing is ever lost by an end; what differs is what is half done meanwhile, and whether anybody watches. */
function stoppedWords(plan: MigrationPlan, state: RunState, decision: Decision): string {
  if (decision.do === 'finish') return 'Nothing: nobody needs to carry it out any more.';
  const open = plan.stages.find(
    ({ id, steps }) => state.gates.get(id)?.outcome !== 'pass' && steps.some((step) => isBegun(state, step.id)),
  );
  const where = open
    ? `Stage ${open.id} stays as it is, ${doneOf(state, open)}, and nobody watches its gate`
    : 'No stage is half done';
  const point = open && commitPointOf(open);
  const isPast = point !== undefined && state.steps.get(point.id)?.status === 'done';
  const back = isPast ? `it can only be finished: ${point.id} cannot be undone` : 'rollback takes it back';
  const again =
    state.goal?.direction === 'back' ? 'the same command carries the way back on' : `apply carries on; ${back}`;
  return `${where}${unknownOf(plan, state)}; ${again}.`;
}

const isBegun = (state: RunState, step: string): boolean =>
  !['pending', 'reverted'].includes(state.steps.get(step)?.status ?? 'pending');

const doneOf = (state: RunState, { steps }: MigrationPlan['stages'][number]): string =>
  `${steps.filter(({ id }) => state.steps.get(id)?.status === 'done').length} of ${steps.length} steps done`;

/** A capture that nobody confirms undoes itself: so says its dead-man switch, whoever dies. */
function unknownOf(plan: MigrationPlan, state: RunState): string {
  const unknown = [...state.steps].filter(([, { status }]) => status === 'unknown').map(([id]) => id);
  const steps = plan.stages.flatMap((stage) => stage.steps);
  const captures = unknown.filter((id) =>
    steps.find((step) => step.id === id)?.apply.some(({ op }) => op === 'host.capture'),
  );
  if (captures.length > 0)
    return `; ${captures.join(', ')} undoes itself within its dead-man time unless it was confirmed`;
  return unknown.length > 0 ? `; the target is asked about ${unknown.join(', ')}` : '';
}
