import type { Entry } from '../../../src/journal/entry.ts';
import type { Stamp } from '../../../src/execute/handler.ts';
import type { EstateModel, Moment } from '../../../src/execute/world/model.ts';
import type { MemoryJournal } from '../../../src/execute/world/memory-journal.ts';
import type { Operation } from '../../../src/plans/operation.ts';
import type { MigrationPlan, Stage, Step } from '../../../src/plans/plan.ts';

interface Place {
  stage: Stage;
  step: Step;
  at: number;
}

type Standing = 'done' | 'begun';

/**
 * Watches a run in the model for broken promises, by the plan, the journal's entries and the model's state alone: it folds
 * the journal in a way of its own, and knows nothing of how decisions are made.
 */
export class Promises {
  readonly violations = new Set<string>();
  readonly #places: Map<string, Place>;
  readonly #order: Step[];
  readonly #plan: MigrationPlan;
  readonly #model: EstateModel;
  journal: MemoryJournal | undefined;
  hasCommitted = false;

  constructor(plan: MigrationPlan, model: EstateModel) {
    this.#plan = plan;
    this.#model = model;
    const places = plan.stages.flatMap((stage) => stage.steps.map((step) => ({ stage, step })));
    this.#places = new Map(places.map((place, at) => [place.step.id, { ...place, at }]));
    this.#order = places.map(({ step }) => step);
    model.onMoment = (moment) => this.#moment(moment);
    model.onAct = (operation, stamp) => this.#act(operation, stamp);
  }

  #say(promise: string, what: string): void {
    this.violations.add(`${promise} ${what}`);
  }

  /** P4: what is not answered, is not because of the migration. */
  #moment({ streams, disturbed }: Moment): void {
    for (const { loss, service, from, perSecond } of streams) {
      if (loss === undefined || loss === 'error' || loss === 'caller down' || perSecond === 0) continue;
      if (loss !== 'nobody there' || !disturbed) this.#say('P4', `${from} to ${service}: ${loss}`);
    }
    this.#complete();
    this.#bounded();
  }

  /** P3, the first half: every route is whole. */
  #complete(): void {
    const { mesh, facts } = this.#model;
    for (const name of facts.services.keys()) {
      const backends = mesh.backendsFor(name);
      const sum = backends?.reduce((all, { share }) => all + share, 0) ?? 1;
      if (Math.abs(sum - 1) > 1e-9) this.#say('P3', `${name}: its weights add up to ${sum}`);
    }
  }

  /** P7: one step at a time, and what it leaves unsteady is its own. */
  #bounded(): void {
    const { hosts, pods } = this.#model.state;
    const nowMs = this.#model.nowMs;
    const unsteady = [
      ...[...hosts].filter(([, { capture }]) => capture?.confirmed === false).map(([name]) => name),
      ...[...pods].filter(([, { rolledOutAt }]) => rolledOutAt > nowMs).map(([id]) => id),
    ];
    if (unsteady.length > 1) this.#say('P7', `${unsteady.join(' and ')} are unsteady at once`);
  }

  #act(operation: Operation, { step: id, planDigest }: Stamp): void {
    const place = this.#places.get(id);
    if (!place || planDigest !== this.#plan.digest)
      return this.#say('P6', `a change for ${id}, which is not in the plan`);
    const { step } = place;
    const intent = this.#lastIntent(id);
    if (!intent) return this.#say('P2', `${id} changes something before its intent is written`);
    const own = intent.direction === 'apply' ? step.apply : step.revert;
    if (own === 'irreversible' || !own.includes(operation))
      this.#say('P6', `${id}: ${operation.op} is none of its operations`);
    if (step.revert === 'irreversible') this.hasCommitted = true;
    if (intent.direction === 'apply') this.#inOrder(place);
    else this.#inOppositeOrder(place);
    if (operation.op === 'route.weights') this.#healthy(operation, intent.direction);
  }

  #lastIntent(id: string): (Entry & { type: 'intent' }) | undefined {
    const last = this.journal?.entries.findLast(
      (entry) => (entry.type === 'intent' || entry.type === 'result') && entry.step === id,
    );
    return last?.type === 'intent' ? last : undefined;
  }

  /** P6: all that comes before it stands, and every gate on the way has passed, of all that it asked. */
  #inOrder({ at, stage, step }: Place): void {
    const { standing, passed } = this.#told();
    for (const before of this.#order.slice(0, at)) {
      if (standing.get(before.id) !== 'done') this.#say('P6', `${step.id} is done while ${before.id} is not`);
      if (before.gate && !passed.has(before.id))
        this.#say('P6', `${step.id} is done before the gate of ${before.id} has passed`);
    }
    for (const earlier of this.#plan.stages.slice(0, this.#plan.stages.indexOf(stage)))
      if (!passed.has(earlier.id)) this.#say('P6', `${step.id} is done before the gate of ${earlier.id} has passed`);
  }

  #inOppositeOrder({ at, step }: Place): void {
    const { standing } = this.#told();
    const isByHand = (one: Step): boolean => one.apply.every(({ op }) => op === 'manual');
    for (const later of this.#order.slice(at + 1))
      if (standing.has(later.id) && !isByHand(later) && !isByHand(step))
        this.#say('P6', `${step.id} goes back while ${later.id} stands`);
  }

  /** What cannot be undone has nothing to undo where the target says that it was not done: the way back passes over it. */
  #neverWas(note: (Entry & { type: 'note' })['note']): note is Extract<typeof note, { about: 'asked' }> {
    if (note.about !== 'asked' || note.answer !== 'not-done') return false;
    return this.#places.get(note.step)?.step.revert === 'irreversible';
  }

  /** What the journal says: which steps stand, and which gates have passed since. */
  #told(): { standing: Map<string, Standing>; passed: Set<string> } {
    const [standing, passed] = [new Map<string, Standing>(), new Set<string>()];
    for (const entry of this.journal?.entries ?? []) {
      if (entry.type === 'gate' && entry.outcome === 'pass' && entry.phase === undefined) passed.add(entry.of);
      if (entry.type === 'intent' && entry.direction === 'apply') standing.set(entry.step, 'begun');
      if (entry.type === 'note' && this.#neverWas(entry.note)) standing.delete(entry.note.step);
      if (entry.type !== 'result' || entry.outcome !== 'done') continue;
      if (entry.direction === 'apply') standing.set(entry.step, 'done');
      else
        for (const key of [entry.step, entry.step.split('/')[0] ?? ''])
          [standing, passed].forEach((all) => all.delete(key));
    }
    return { standing, passed };
  }

  /** P3, the second half: who gets calls and had none is there. */
  #healthy({ ref, backends }: Operation & { op: 'route.weights' }, direction: 'apply' | 'revert'): void {
    const now = this.#model.mesh.backendsFor(ref.name) ?? [];
    for (const { name, weight } of backends) {
      const backend = now.find(({ cluster }) => cluster.includes(`||${name}.`));
      const gains = direction === 'apply' ? weight > 0 : weight > 0 && backend?.share === 0;
      if (gains && backend?.endpoints.some(({ isUp }) => isUp) !== true)
        this.#say('P3', `${name} gets ${weight} % and nobody is there`);
    }
  }

  /** What the journal itself must keep, once a process has ended. */
  atRest(): void {
    const open = new Map<string, 'apply' | 'revert'>();
    const baking = new Map<string, number>();
    for (const entry of this.journal?.entries ?? []) {
      if (entry.type === 'intent') {
        if (open.get(entry.step) === entry.direction)
          this.#say('P1', `${entry.step} is tried again without asking how far it came`);
        const others = [...open.keys()].filter((step) => step !== entry.step && entry.direction === 'apply');
        if (others.length > 0) this.#say('P7', `${entry.step} begins while nobody knows of ${others.join(', ')}`);
        open.set(entry.step, entry.direction);
      } else if (entry.type === 'result') open.delete(entry.step);
      else if (entry.type === 'note' && entry.note.about === 'asked') open.delete(entry.note.step);
      else if (entry.type === 'note' && entry.note.about === 'baking') baking.set(entry.note.of, Date.parse(entry.at));
      else if (entry.type === 'gate') this.#gate(entry, baking.get(entry.of));
    }
  }

  /** A gate passes when all that it asks has been asked, for as long as it bakes, and has passed. */
  #gate({ of, outcome, verdicts, at, phase }: Entry & { type: 'gate' }, since: number | undefined): void {
    const gate = this.#places.get(of)?.step.gate ?? this.#plan.stages.find(({ id }) => id === of)?.gate;
    if (!gate) return this.#say('P6', `${of} has no gate in the plan`);
    // A look before the end decides nothing by passing.
    if (outcome !== 'pass' || phase !== undefined) return;
    if (since === undefined || Date.parse(at) - since < gate.bakeMs)
      this.#say('P6', `the gate of ${of} passes before its bake is over`);
    if (verdicts.length < gate.checks.length + gate.metrics.length)
      this.#say('P6', `the gate of ${of} passes and leaves something unasked`);
    if (verdicts.some((one) => one['outcome'] !== 'pass'))
      this.#say('P6', `the gate of ${of} passes, and not all of it has`);
  }
}
