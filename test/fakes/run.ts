import { advance } from '../../src/execute/advance.ts';
import type { Decision } from '../../src/execute/decision.ts';
import type { Entry, EntryBody } from '../../src/journal/entry.ts';
import { fold } from '../../src/journal/fold.ts';
import type { GateOutcome } from '../../src/plans/gate.ts';
import type { MigrationPlan } from '../../src/plans/plan.ts';

/** The power goes out: whatever was not yet written is lost. */
export class Crash extends Error {}

/**
 * A run in memory around the real `advance`: a journal that survives, a target that holds the set of applied steps,
 * and a budget of writes and deeds after which everything stops at once.
 */
export class ModelRun {
  readonly entries: Entry[] = [];
  /** The target: steps in force, in the order they came. */
  readonly target = new Set<string>();
  /** Each time a step really changed the target. */
  readonly deeds: string[] = [];
  now = 0;
  budget = Number.POSITIVE_INFINITY;
  readonly plan: MigrationPlan;
  gate: (of: string, phase?: 'bake' | 'watch') => GateOutcome = () => 'pass';
  /** Steps that fail in a direction, and with which code. */
  fails: (step: string, direction: 'apply' | 'revert') => string | undefined = () => undefined;
  /** What cannot be seen before a stage. */
  lack: (stage: string) => { lack?: string } = () => ({});
  /** Steps whose target does not answer when it is asked. */
  isSilent: (step: string) => boolean = () => false;

  constructor(plan: MigrationPlan) {
    this.plan = plan;
    this.append({
      type: 'note',
      note: { about: 'opened', format: 1, plan: plan.id, planDigest: plan.digest, estate: plan.estate, tool: 'test' },
    });
  }

  goal(direction: 'forward' | 'back', to: string | null = null, commit = false): void {
    this.append({ type: 'note', note: { about: 'goal', direction, to, ...(commit && { commit: true }) } });
  }

  /** Runs until a finish or a pause, and returns it. @throws Crash when the budget is spent */
  run(): Decision {
    for (;;) {
      const [decision] = advance(this.plan, fold(this.entries), this.now);
      if (!decision) throw new Error('no goal');
      if (decision.do === 'finish' || decision.do === 'pause') return decision;
      this.#perform(decision);
    }
  }

  #perform(decision: Exclude<Decision, { do: 'finish' | 'pause' }>): void {
    switch (decision.do) {
      case 'ask':
        return this.append({
          type: 'note',
          note: {
            about: 'asked',
            step: decision.step.id,
            answer: this.isSilent(decision.step.id)
              ? 'no-answer'
              : this.target.has(decision.step.id) === (decision.direction === 'apply')
                ? 'done'
                : 'not-done',
          },
        });
      case 'baseline':
        return this.append({
          type: 'note',
          note: { about: 'baseline', stage: decision.stage.id, edges: [], names: [], ...this.lack(decision.stage.id) },
        });
      case 'measure':
        return this.append({ type: 'note', note: { about: 'measured', stage: decision.stage.id, proxies: [] } });
      case 'step':
        return this.#step(decision);
      case 'bake':
        return this.append({ type: 'note', note: { about: 'baking', of: decision.of } });
      case 'wait':
        this.now = decision.untilMs;
        return;
      case 'gate':
        return this.append({
          type: 'gate',
          of: decision.of,
          outcome: this.gate(decision.of, decision.phase),
          verdicts: [],
          ...(decision.phase && { phase: decision.phase }),
        });
      case 'retreat': {
        const { of, to, abort } = decision;
        return this.append({
          type: 'note',
          note: { about: 'goal', direction: 'back', to, because: of, ...(abort && { abort }) },
        });
      }
      case 'set-aside': {
        const { stage, kind, why } = decision;
        return this.append({ type: 'note', note: { about: 'set-aside', stage: stage.id, kind, why } });
      }
    }
  }

  #step({ step, direction, attempt }: Decision & { do: 'step' }): void {
    const head = { step: step.id, stepHash: step.hash, direction, attempt };
    this.append({ type: 'intent', ...head, before: [] });
    this.#spend();
    const code = this.fails(step.id, direction);
    if (code !== undefined)
      return this.append({
        type: 'result',
        ...head,
        outcome: 'failed',
        after: [],
        error: { code, message: 'on purpose' },
      });
    const isChange = this.target.has(step.id) !== (direction === 'apply');
    if (direction === 'apply') this.target.add(step.id);
    else this.target.delete(step.id);
    if (isChange) this.deeds.push(`${direction} ${step.id}`);
    this.append({ type: 'result', ...head, outcome: 'done', after: [] });
  }

  append(body: EntryBody): void {
    this.#spend();
    const head = {
      seq: this.entries.length + 1,
      at: new Date(this.now).toISOString(),
      run: 'r',
      token: 1,
      prevHash: '0'.repeat(64),
    };
    this.entries.push({ ...head, ...body });
  }

  #spend(): void {
    if (this.budget <= 0) throw new Crash();
    this.budget -= 1;
  }
}
