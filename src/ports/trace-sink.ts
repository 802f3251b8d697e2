/** How one request to a collector ended. `again`: the same may be sent later. */
export interface Posted {
  ok: boolean;
  again: boolean;
  /** Spans that the collector took no part of. */
  rejected: number;
  reason: string;
}

/** An answer says at most how many spans were refused, and why. */
const MAX_ANSWER = 64 * 1024;

/** With these a collector asks for the same again (OTLP 1.x, "Failures"). */
const RETRYABLE = new Set([429, 502, 503, 504]);

/** Sends a document to a collector of OTLP over HTTP as JSON. Never throws, and ends within `timeoutMs`. */
export async function postSpans(
  url: string,
  headers: Readonly<Record<string, string>>,
  document: unknown,
  timeoutMs: number,
): Promise<Posted> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/json' },
      body: JSON.stringify(document),
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    });
    const text = await shortText(response);
    if (response.ok) return { ok: true, again: false, rejected: rejectedIn(text), reason: 'it refused them' };
    return { ok: false, again: RETRYABLE.has(response.status), rejected: 0, reason: `HTTP status ${response.status}` };
  } catch (error) {
    return { ok: false, again: true, rejected: 0, reason: reasonOf(error) };
  }
}

/** The beginning of an answer; the rest of a longer one is not read. */
async function shortText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  for await (const chunk of body ?? []) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_ANSWER) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}

function rejectedIn(text: string): number {
  try {
    const { partialSuccess } = JSON.parse(text) as { partialSuccess?: { rejectedSpans?: string | number } };
    const count = Number(partialSuccess?.rejectedSpans ?? 0);
    return Number.isInteger(count) && count > 0 ? count : 0;
  } catch {
    return 0;
  }
}

/** `fetch` hides the reason in the cause. */
function reasonOf(error: unknown): string {
  const { cause, name, message } = error as Error & { cause?: { code?: string; message?: string } };
  if (name === 'TimeoutError') return 'no answer in time';
  return cause?.code ?? cause?.message ?? message;
}
