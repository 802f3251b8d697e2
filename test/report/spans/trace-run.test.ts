import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { traceRun, type Tracing } from '../../../src/commands/migrate/_spans.ts';
import type { RunEvent } from '../../../src/execute/events.ts';
import { readJournal } from '../../../src/journal/file.ts';
import { journalPath, runNames } from '../../../src/journal/runs.ts';
import { Bench, policyPlan } from '../../fakes/executor.ts';
import { Collector, plain, type ReadSpan } from './collector.ts';

const plan = policyPlan(['one', 'two']);
let directory = '';
let bench: Bench;
let collector: Collector;
let env: Record<string, string>;
let notes: string[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'spans-'));
  bench = new Bench(directory);
  collector = new Collector();
  env = {
    OTEL_EXPORTER_OTLP_ENDPOINT: await collector.listen(),
    OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20t',
  };
  notes = [];
});
afterEach(async () => {
  await collector.close();
  await rm(directory, { recursive: true });
});

/** Carries the plan out on a fake cluster, and traces what it tells as a command does. */
async function traced(act: () => Promise<unknown>): Promise<void> {
  bench.events.length = 0;
  const error = await act().then(
    () => undefined,
    (failure: unknown) => failure,
  );
  const [run = ''] = await runNames(directory);
  const entries = await readJournal(journalPath(directory, run));
  const token = Math.max(...entries.map((entry) => entry.token));
  const now = (): number => (bench.now += 1_000);
  const note = (text: string): void => void notes.push(text);
  const tracing = traceRun({ plan, journal: { run, token, entries }, command: 'apply', tool: '1.2.3', env, now, note });
  await close(tracing, bench.events, error);
}

async function close(tracing: Tracing, events: readonly RunEvent[], error: unknown): Promise<void> {
  for (const event of events) tracing.watch(event);
  await tracing.close(error);
}

const named = (name: string): ReadSpan => {
  const found = collector.spans.find((span) => span.name === name);
  expect(found, `no span ${name} among ${collector.spans.map((span) => span.name).join(', ')}`).toBeDefined();
  return found as ReadSpan;
};

describe('the spans of a run', () => {
  it('are its stages in it, their attempts in them, and looks at gates as events', async () => {
    await traced(() => bench.forward(plan));
    const root = named('mesh migrate apply');
    const [stage, step] = [named('stage one'), named('one/strict')];
    expect([stage.parentSpanId, step.parentSpanId, root.parentSpanId]).toEqual([root.spanId, stage.spanId, undefined]);
    expect(new Set(collector.spans.map(({ traceId }) => traceId)).size).toBe(1);
    expect(root.traceId).toMatch(/^[0-9a-f]{32}$/);
    expect(new Set(collector.spans.map(({ spanId }) => spanId)).size).toBe(5);
    expect(plain(step.attributes)).toEqual({
      'meshway.run': (await runNames(directory))[0],
      'meshway.plan': 'shop',
      'meshway.stage': 'one',
      'meshway.step': 'one/strict',
      'meshway.direction': 'apply',
      'meshway.attempt': 1,
      'meshway.interruption': 'none',
      'meshway.outcome': 'done',
    });
    const gate = stage.events.find(({ name }) => name === 'gate');
    expect(plain(gate?.attributes ?? [])).toEqual({ 'meshway.gate': 'one', 'meshway.outcome': 'pass' });
    expect(collector.spans.map(({ status }) => status)).toEqual([{}, {}, {}, {}, {}]);
    const inside = (child: ReadSpan, parent: ReadSpan): boolean =>
      BigInt(child.startTimeUnixNano) >= BigInt(parent.startTimeUnixNano) &&
      BigInt(child.endTimeUnixNano) <= BigInt(parent.endTimeUnixNano);
    expect([inside(stage, root), inside(step, stage)]).toEqual([true, true]);
  });

  it('carry service, headers and path as they are configured', async () => {
    env['OTEL_SERVICE_NAME'] = 'mover';
    await traced(() => bench.forward(plan));
    expect(collector.resources[0]).toEqual({ 'service.name': 'mover' });
    expect(collector.requests[0]).toMatchObject({
      path: '/v1/traces',
      headers: { authorization: 'Bearer t', 'content-type': 'application/json' },
    });
  });

  it('continue the trace of the process before it, with a link to that', async () => {
    await traced(() => bench.forward(plan, 'one'));
    const first = named('mesh migrate apply');
    collector.spans.length = 0;
    await traced(() => bench.forward(plan));
    const second = named('mesh migrate apply');
    expect(second.traceId).toBe(first.traceId);
    expect(second.spanId).not.toBe(first.spanId);
    expect(first.links).toEqual([]);
    expect(second.links).toMatchObject([{ traceId: first.traceId, spanId: first.spanId }]);
  });

  it('say what failed, with its code, and only there', async () => {
    bench.metrics = (query) => (query === 'total' ? 100 : 0.5);
    await traced(() => bench.forward(plan));
    const root = named('mesh migrate apply');
    expect(root.status).toMatchObject({ code: 2, message: expect.stringContaining('MW1501') as string });
    expect(plain(root.attributes)).toMatchObject({ 'meshway.error.code': 'MW1501', 'error.type': 'MW1501' });
    const stage = named('stage one');
    expect([stage.status.code, plain(stage.attributes)['meshway.outcome']]).toEqual([2, 'failed']);
    expect(named('one/strict').status).toEqual({});
  });

  it('of a run that pauses are no failure', async () => {
    bench.metrics = () => null;
    await traced(() => bench.forward(plan));
    const root = named('mesh migrate apply');
    expect([root.status, plain(root.attributes)]).toEqual([
      {},
      expect.objectContaining({ 'meshway.outcome': 'stopped', 'meshway.error.code': 'MW1502' }),
    ]);
  });
});

describe('a collector that does not do its part', () => {
  it('is asked nothing where no endpoint is configured', async () => {
    env = { OTEL_EXPORTER_OTLP_HEADERS: 'a=b' };
    await traced(() => bench.forward(plan));
    expect([collector.requests, notes]).toEqual([[], []]);
  });

  it('and never answers delays the end by seconds at most, and it is said what was lost', async () => {
    collector.answer = 'hang';
    // Whatever one request may take.
    env['OTEL_EXPORTER_OTLP_TIMEOUT'] = '120000';
    const began = performance.now();
    await traced(() => bench.forward(plan));
    expect(performance.now() - began).toBeLessThan(30_000);
    expect(collector.requests).toHaveLength(1);
    expect(notes).toEqual(['5 span(s) did not reach the collector: no answer in time']);
  }, 60_000);

  it.each([
    [
      'is not there',
      () => (env['OTEL_EXPORTER_OTLP_ENDPOINT'] = 'http://127.0.0.1:9'),
      /^5 span\(s\) did not reach the collector: /,
    ],
    [
      'is no address',
      () => (env['OTEL_EXPORTER_OTLP_ENDPOINT'] = 'no address'),
      /^5 span\(s\) did not reach the collector: /,
    ],
    ['refuses', () => (collector.answer = 401), /^5 span\(s\) .*HTTP status 401$/],
    ['is too busy', () => (collector.answer = 503), /^5 span\(s\) .*HTTP status 503$/],
    [
      'takes a part',
      () => (collector.body = '{"partialSuccess":{"rejectedSpans":"2"}}'),
      /^2 span\(s\) .*it refused them$/,
    ],
  ])('and %s changes nothing of the run', async (_, bend, said) => {
    bend();
    await traced(() => bench.forward(plan));
    expect(bench.policies()).toEqual(['one', 'two']);
    expect(notes).toEqual([expect.stringMatching(said)]);
  });
});
