import { isMeshError } from '../../../src/errors/index.ts';
import { auditEntries } from '../../../src/execute/audit/audit.ts';
import { Dice } from '../../../src/execute/world/dice.ts';
import { factsOf } from '../../../src/execute/world/facts.ts';
import { type Fault, FAULT_KINDS, type FaultKind } from '../../../src/execute/world/fault.ts';
import { MemoryJournal } from '../../../src/execute/world/memory-journal.ts';
import { EstateModel, Killed } from '../../../src/execute/world/model.ts';
import { runOnce } from '../../../src/execute/world/rehearse.ts';
import { ownedIn, pictureOf } from '../../../src/execute/world/state.ts';
import { loadFaults } from '../../../src/execute/world/strike.ts';
import type { RunGoal } from '../../../src/execute/run-goal.ts';
import { Promises } from './promises.ts';
import type { PlannedEstate } from './plans.ts';

const run = 'random-000000';
const START_MS = 1_767_225_600_000;

/** How one command ended: its goal, the code that it stopped with, or the process's end. */
export type Ended = { goal: string } | { code: string } | { killed: true };

/** A run of a plan in the model, as an operator drives it command by command, watched for broken promises. */
export class SimulatedRun {
  readonly model: EstateModel;
  readonly promises: Promises;
  readonly #planned: PlannedEstate;
  #journal: MemoryJournal | undefined;

  constructor(planned: PlannedEstate) {
    this.#planned = planned;
    this.model = new EstateModel(factsOf(planned.estate, planned.inventory), START_MS);
    this.promises = new Promises(planned.plan, this.model);
  }

  get hasBegun(): boolean {
    return this.#journal !== undefined;
  }

  /** Loads faults that strike some changes from now on; those that the estate has nothing for strike nothing. */
  strike(fault: Fault, seed: number): void {
    const { plan } = this.#planned;
    try {
      loadFaults({ model: this.model, plan, dice: new Dice(seed), struck: () => undefined }, [fault]);
    } catch (error) {
      if (!isMeshError(error, 'MW1837')) throw error;
    }
  }

  async go(goal: RunGoal): Promise<Ended> {
    this.#journal = new MemoryJournal(this.model, run, this.#journal);
    this.promises.journal = this.#journal;
    const { plan } = this.#planned;
    try {
      return { goal: await runOnce(this.model, { plan, goal, tool: 'test' }, this.#journal, () => undefined) };
    } catch (error) {
      if (error instanceof Killed) return this.#killed();
      if (!isMeshError(error)) throw error;
      if (error.code === 'MW1999') this.promises.violations.add(`P6 our own bug: ${error.causeText}`);
      return { code: error.code };
    } finally {
      this.model.flush();
      this.promises.atRest();
    }
  }

  #killed(): Ended {
    this.model.killAt = Number.POSITIVE_INFINITY;
    return { killed: true };
  }

  forward(to: string | null = null): Promise<Ended> {
    return this.go({ direction: 'forward', to, commit: true });
  }

  back(to: string | null = null): Promise<Ended> {
    return this.go({ direction: 'back', to });
  }

  /** Faults that are loaded and have not struck do not strike any more; those that have are put right. */
  repair(): void {
    this.model.onAct = undefined;
    const { violations, hasCommitted, journal } = this.promises;
    const anew = new Promises(this.#planned.plan, this.model);
    for (const one of violations) anew.violations.add(one);
    Object.assign(this, { promises: anew });
    anew.hasCommitted = hasCommitted;
    anew.journal = journal;
    this.model.killAt = Number.POSITIVE_INFINITY;
    this.model.repair();
    this.model.pass(3_600_000);
  }

  /** P1: with everything put right, the next applies reach the end that an uninterrupted run reaches. */
  async endsWell(reference: string): Promise<void> {
    this.repair();
    const seen: string[] = [];
    // A retreat that was under way is finished first.
    for (let tries = 0; tries < 4; tries += 1) {
      const ended = await this.forward();
      if ('goal' in ended && ended.goal === 'end') {
        if (pictureOf(this.model.state) !== reference)
          this.#say('P1', 'it came to another end than an uninterrupted run');
        return;
      }
      seen.push(JSON.stringify(ended));
    }
    this.#say('P1', `it does not reach the end any more: ${seen.join(', ')}`);
  }

  /** P2 and P8: back to the start, with nothing left behind; or refused, after a commit point. */
  async goesBackWhole(start: string): Promise<void> {
    this.repair();
    if (!this.hasBegun) return;
    let ended = await this.back();
    for (let tries = 0; tries < 2 && !('goal' in ended); tries += 1) ended = await this.back();
    if ('code' in ended && ended.code === 'MW1406') {
      if (!this.promises.hasCommitted)
        this.#say('P8', 'its way back is refused, and nothing was done that cannot be undone');
      return;
    }
    if (!('goal' in ended)) return this.#say('P8', `it cannot go back: ${JSON.stringify(ended)}`);
    const left = ownedIn(this.model.state);
    if (left.length > 0) this.#say('P2', `left behind: ${left.slice(0, 3).join(', ')}`);
    else if (pictureOf(this.model.state) !== start) this.#say('P2', 'it did not come back to what it was');
  }

  /** P6: its journal holds nothing that the plan did not decide. */
  audit(): void {
    const found = this.#journal && auditEntries(this.#journal.entries, this.#planned.plan);
    if (found) this.#say('P6', `its journal contradicts its plan at entry ${found.seq}: ${found.reason}`);
  }

  #say(promise: string, what: string): void {
    this.promises.violations.add(`${promise} ${what}`);
  }
}

/** What the world of a plan looks like before a run, and after one that nothing disturbed. */
export async function referencesOf(
  planned: PlannedEstate,
): Promise<{ start: string; end: string; violations: string[] }> {
  const one = new SimulatedRun(planned);
  const start = pictureOf(one.model.state);
  const ended = await one.forward();
  const wrong = 'goal' in ended && ended.goal === 'end' ? [] : [`P1 undisturbed it ends with ${JSON.stringify(ended)}`];
  return { start, end: pictureOf(one.model.state), violations: [...one.promises.violations, ...wrong] };
}

/** These have dice of their own, so that seeds that were kept before there were any still mean what they meant. */
const OF_TRUST: FaultKind[] = ['wrong-clock', 'no-renewal'];
const KINDS = (Object.keys(FAULT_KINDS) as FaultKind[]).filter((kind) => !OF_TRUST.includes(kind));

function anyFault(dice: Dice): Fault {
  const kind = dice.pick(KINDS) ?? 'crash';
  return {
    kind,
    ...(dice.below(3) > 0 && { forSeconds: 5 + dice.below(900) }),
    ...(kind === 'bad-twin' && { share: 0.01 + dice.next(), fromWeight: 1 + dice.below(100) }),
    ...(kind === 'slow-rollout' && { factor: 1 + dice.below(80) }),
  };
}

function anyLossOfTrust(dice: Dice): Fault {
  const kind = dice.pick(OF_TRUST) ?? 'wrong-clock';
  return {
    kind,
    ...(dice.below(2) > 0 && { forSeconds: 5 + dice.below(900) }),
    ...(kind === 'wrong-clock' ? { bySeconds: 1 + dice.below(300) } : { leftSeconds: dice.below(7_200) }),
  };
}

export interface SimulationResult {
  violations: string[];
  /** Commands that were given, and how many of them ended with a crash. */
  commands: number;
  crashes: number;
}

/** One simulated run: an operator who applies, is crashed and disturbed, applies again or goes back, all by one seed. */
export async function simulate(
  planned: PlannedEstate,
  references: { start: string; end: string },
  seed: number,
): Promise<SimulationResult> {
  const dice = new Dice(seed);
  const ofTrust = new Dice(seed + 1e9);
  const one = new SimulatedRun(planned);
  const stages = planned.plan.stages;
  const count = 1 + dice.below(3);
  let [commands, crashes] = [0, 0];
  for (let at = 0; at < count; at += 1) {
    for (let faults = dice.below(3); faults > 0; faults -= 1) one.strike(anyFault(dice), dice.below(1e9));
    if (ofTrust.below(4) === 0) one.strike(anyLossOfTrust(ofTrust), ofTrust.below(1e9));
    if (dice.below(2) === 0) one.model.killAt = one.model.points + dice.below(60 * stages.length);
    const to = dice.below(3) === 0 ? (dice.pick(stages)?.id ?? null) : null;
    const isBack = one.hasBegun && dice.below(4) === 0;
    const ended = await (isBack ? one.back(to) : one.forward(to));
    commands += 1;
    if ('killed' in ended) crashes += 1;
    one.model.pass(dice.below(300_000));
    if (dice.below(3) === 0) one.repair();
  }
  await (dice.below(2) === 0 ? one.endsWell(references.end) : one.goesBackWhole(references.start));
  one.audit();
  return { violations: [...one.promises.violations], commands: commands + 1, crashes };
}
