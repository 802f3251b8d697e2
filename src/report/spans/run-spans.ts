import type { RunEvent } from '../../execute/events.ts';
import type { Attributes, Span } from './span.ts';

/** Which run, and which process of it. */
export interface SpanSubject {
  run: string;
  plan: string;
  planDigest: string;
  /** Of this holder of the run. */
  token: number;
  /** Of the holder before it; absent when the run began with this one. */
  formerToken?: number;
  /** What was asked for: `apply` or `rollback`. */
  command: string;
}

export interface RunSpans {
  watch(event: RunEvent): void;
  /** Ends what is open: with the code of what ended the run, and whether that is a failure. */
  end(outcome: string, error?: { code: string; message: string; isFailure: boolean }): void;
}

interface Means {
  sha256: (text: string) => string;
  /** Milliseconds since the epoch. */
  now: () => number;
  /** Takes each span as it ends. */
  ended: (span: Span) => void;
}

const stageOf = (of: string): string => of.split('/')[0] ?? of;

/**
 * Makes spans of what a run tells its watchers: the run (this process of it), its stages, the attempts of their steps, and looks
 * at gates as events. The trace is the run's own, so that a process which carries on continues it; its span is linked to
 * that of the process before it.
 */
export function runSpans(subject: SpanSubject, { sha256, now, ended }: Means): RunSpans {
  const { run, plan, planDigest, token, formerToken, command } = subject;
  const common = { 'meshway.run': run, 'meshway.plan': plan };
  const traceId = sha256(`meshway run ${run}`).slice(0, 32);
  const rootOf = (holder: number): string => sha256(`meshway run ${run} token ${holder}`).slice(0, 16);
  let count = 0;
  const begin = (name: string, attributes: Attributes, parent?: Span): Span => ({
    traceId,
    spanId: sha256(`meshway run ${run} token ${token} span ${(count += 1)}`).slice(0, 16),
    ...(parent && { parentSpanId: parent.spanId }),
    ...{ name, startMs: now(), endMs: 0, attributes: { ...common, ...attributes }, events: [], links: [] },
  });
  const root = {
    ...begin(`mesh migrate ${command}`, { 'meshway.plan.digest': planDigest, 'meshway.token': token }),
    spanId: rootOf(token),
  };
  if (formerToken !== undefined)
    root.links.push({ spanId: rootOf(formerToken), attributes: { 'meshway.token': formerToken } });
  return new OpenSpans(root, begin, now, ended);
}

type Begin = (name: string, attributes: Attributes, parent?: Span) => Span;
type Of<Name extends RunEvent['event']> = RunEvent & { event: Name };

/** The spans that are open: a run's, at most one stage's, at most one step's. */
class OpenSpans implements RunSpans {
  readonly #root: Span;
  readonly #begin: Begin;
  readonly #now: () => number;
  readonly #ended: (span: Span) => void;
  #stage: { id: string; span: Span } | undefined;
  #step: Span | undefined;

  constructor(root: Span, begin: Begin, now: () => number, ended: (span: Span) => void) {
    this.#root = root;
    this.#begin = begin;
    this.#now = now;
    this.#ended = ended;
  }

  watch(event: RunEvent): void {
    switch (event.event) {
      case 'step.started':
        return this.#started(event);
      case 'step.done':
        return this.#over('done');
      case 'step.failed':
        return this.#over('failed', { code: event.code, message: event.message });
      case 'gate.asked':
        return this.#asked(event);
      case 'waiting':
        return;
      case 'run.opened':
      case 'run.finished':
        return;
      default:
        return this.#told(event);
    }
  }

  end(outcome: string, error?: { code: string; message: string; isFailure: boolean }): void {
    this.#over('unknown');
    this.#leaveStage();
    this.#close(this.#root, outcome, error, error?.isFailure);
  }

  #started({ stage, step, direction, attempt, interruption }: Of<'step.started'>): void {
    const head = { 'meshway.stage': stage, 'meshway.direction': direction };
    const parent = this.#inStage(stage);
    this.#step = this.#begin(
      step,
      { ...head, 'meshway.step': step, 'meshway.attempt': attempt, 'meshway.interruption': interruption },
      parent,
    );
  }

  /** A gate that fails is its stage's failure; one that passes for the whole stage ends it. */
  #asked({ of, outcome, phase, verdicts }: Of<'gate.asked'>): void {
    const stage = this.#inStage(stageOf(of));
    const bad = verdicts.filter((one) => one.outcome !== 'pass').map(({ subject, why }) => `${subject}: ${why}`);
    const why = bad.length > 0 ? bad.join('; ') : undefined;
    this.#add(stage, 'gate', {
      'meshway.gate': of,
      'meshway.outcome': outcome,
      'meshway.phase': phase,
      'meshway.why': why,
    });
    if (outcome === 'fail') stage.error = why ?? 'a gate failed';
    if (outcome === 'pass' && phase === undefined && of === stageOf(of)) this.#leaveStage('passed');
  }

  /** Whatever else is told, with its plain fields. */
  #told(event: RunEvent): void {
    const { event: name, ...fields } = event;
    const plain = Object.entries(fields).flatMap(([key, value]) =>
      ['string', 'number', 'boolean'].includes(typeof value) ? [[`meshway.${key}`, value as string] as const] : [],
    );
    this.#add(this.#step ?? this.#stage?.span ?? this.#root, name, Object.fromEntries(plain));
  }

  #add(span: Span, name: string, attributes: Attributes): void {
    span.events.push({ atMs: this.#now(), name, attributes });
  }

  #inStage(id: string): Span {
    if (this.#stage?.id === id) return this.#stage.span;
    this.#leaveStage();
    const span = this.#begin(`stage ${id}`, { 'meshway.stage': id }, this.#root);
    this.#stage = { id, span };
    return span;
  }

  #leaveStage(outcome = 'left'): void {
    if (this.#stage) this.#close(this.#stage.span, this.#stage.span.error === undefined ? outcome : 'failed');
    this.#stage = undefined;
  }

  #over(outcome: string, error?: { code: string; message: string }): void {
    if (this.#step) this.#close(this.#step, outcome, error, true);
    if (error && this.#stage) this.#stage.span.error = `${error.code}: ${error.message}`;
    this.#step = undefined;
  }

  #close(span: Span, outcome: string, error?: { code: string; message: string }, isFailure = false): void {
    const code = error && { 'meshway.error.code': error.code };
    const failed = error && isFailure && { 'error.type': error.code };
    const attributes = { ...span.attributes, 'meshway.outcome': outcome, ...code, ...failed };
    const why = error && isFailure ? { error: `${error.code}: ${error.message}` } : {};
    this.#ended({ ...span, attributes, endMs: this.#now(), ...why });
  }
}
