import { setTimeout as sleep } from 'node:timers/promises';
import { ExitCode, isMeshError } from '../../errors/index.ts';
import type { Watch } from '../../execute/events.ts';
import type { RunJournal } from '../../journal/file.ts';
import type { MigrationPlan } from '../../plans/plan.ts';
import { sha256Hex } from '../../ports/hash.ts';
import { postSpans } from '../../ports/trace-sink.ts';
import { runSpans, type SpanSubject } from '../../report/spans/run-spans.ts';
import { spanSettings } from '../../report/spans/settings.ts';
import { SpanQueue } from '../../report/spans/span-queue.ts';

/** How long the end of a run waits for a collector, in milliseconds: whoever stands before it wants the status. */
const LAST_MS = 3_000;

/** How often spans that have ended are sent, in milliseconds. */
const EVERY_MS = 5_000;

/** The spans of one process of a run. */
export interface Tracing {
  watch: Watch;
  /** Sends what is left, for a bounded time. @param error what ended the run, where it did not reach its goal */
  close(error?: unknown): Promise<void>;
}

const SILENT: Tracing = { watch: () => undefined, close: () => Promise.resolve() };

export interface TracedRun {
  plan: MigrationPlan;
  journal: Pick<RunJournal, 'run' | 'token' | 'entries'>;
  command: string;
  tool: string;
  env: Readonly<Record<string, string | undefined>>;
  now: () => number;
  /** Where it is said how many spans were lost, and why. */
  note: (text: string) => void;
}

/** Traces a run where the environment names an endpoint. Nothing of it delays or fails the run. */
export function traceRun({ plan, journal, command, tool, env, now, note }: TracedRun): Tracing {
  const settings = spanSettings(env);
  if (!settings) return SILENT;
  const { url, headers, resource, timeoutMs } = settings;
  for (const remark of settings.remarks) note(remark);
  const queue = new SpanQueue((document, ms) => postSpans(url, headers, document, ms), { resource, tool, timeoutMs });
  const spans = runSpans(subjectOf(plan, journal, command), {
    sha256: sha256Hex,
    now,
    ended: (span) => queue.add(span),
  });
  const timer = setInterval(() => void queue.flush(), EVERY_MS).unref();
  return {
    watch: (event) => spans.watch(event),
    close: async (error) => {
      clearInterval(timer);
      end(spans, error);
      await Promise.race([queue.drain(LAST_MS), sleep(LAST_MS, undefined, { ref: false })]);
      const { lost, reason } = queue.lost();
      if (lost > 0) note(`${lost} span(s) did not reach the collector: ${reason}`);
    },
  };
}

function subjectOf(plan: MigrationPlan, { run, token, entries }: TracedRun['journal'], command: string): SpanSubject {
  const former = Math.max(0, ...entries.map((entry) => entry.token).filter((one) => one < token));
  return { run, plan: plan.id, planDigest: plan.digest, token, command, ...(former > 0 && { formerToken: former }) };
}

/** A run that waits for somebody, or was told to end, has not failed. */
const NO_FAILURE = new Set<ExitCode>([ExitCode.paused, ExitCode.interrupted, ExitCode.terminated]);

function end(spans: ReturnType<typeof runSpans>, error: unknown): void {
  if (error === undefined) return spans.end('done');
  if (!isMeshError(error))
    return spans.end('failed', {
      code: 'MW1999',
      message: error instanceof Error ? error.message : 'not an error',
      isFailure: true,
    });
  const { code, causeText: message, exit } = error;
  const isFailure = !NO_FAILURE.has(exit);
  return spans.end(isFailure ? 'failed' : 'stopped', { code, message, isFailure });
}
