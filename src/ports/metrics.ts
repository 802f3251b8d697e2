import { z } from 'zod';
import { meshError } from '../errors/mesh-error.ts';
import type { MetricsPort } from './contracts.ts';

const TIMEOUT_MS = 10_000;
/** A gate asks for some dozens of series; anything this long is no answer to that. */
const MAX_BYTES = 1024 * 1024;

/** The part of Prometheus's answer to an instant query that is read (HTTP API v1, "Instant queries"). */
const answerSchema = z.object({
  status: z.literal('success'),
  data: z.object({
    resultType: z.string(),
    result: z.array(
      z.object({ metric: z.record(z.string(), z.string()).default({}), value: z.tuple([z.number(), z.string()]) }),
    ),
  }),
});

/** A Prometheus server. */
export function prometheus(url: string): MetricsPort {
  return {
    scalar: async (query) => {
      const [first] = await vector(url, query);
      return first !== undefined && Number.isFinite(first.value) ? first.value : null;
    },
    vector: (query) => vector(url, query),
  };
}

async function vector(base: string, query: string): Promise<{ labels: Record<string, string>; value: number }[]> {
  const url = new URL('api/v1/query', base.endsWith('/') ? base : `${base}/`);
  const fail = (reason: string, cause?: unknown): Error => meshError('MW1504', { source: base, reason }, { cause });
  const body = new URLSearchParams({ query });
  const response = await fetch(url, {
    method: 'POST',
    body,
    signal: AbortSignal.timeout(TIMEOUT_MS),
    redirect: 'error',
  }).catch((error: unknown) => {
    throw fail(error instanceof Error ? error.message : String(error), error);
  });
  const text = await response.text();
  if (!response.ok || text.length > MAX_BYTES) throw fail(`HTTP status ${response.status}, ${text.length} characters`);
  const answer = answerSchema.safeParse(parseJson(text));
  if (!answer.success) throw fail('the answer is not that of an instant query');
  return answer.data.data.result.map(({ metric, value: [, value] }) => ({ labels: metric, value: numberOf(value) }));
}

/** Prometheus writes `+Inf`, `-Inf` and `NaN` as such. */
const numberOf = (text: string): number =>
  /^[+-]?Inf$/.test(text) ? Number(text.replace('Inf', 'Infinity')) : Number(text);

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A source for estates that name none: asking it is an error, so that no gate passes unasked. */
export const noMetrics: MetricsPort = { scalar: unnamed, vector: unnamed };

function unnamed(): Promise<never> {
  return Promise.reject(meshError('MW1504', { source: 'the estate', reason: 'it names no metrics source' }));
}
