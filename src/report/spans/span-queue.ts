import { exportRequest, type Span } from './span.ts';

/** How the sending of some spans ended. */
interface Sent {
  ok: boolean;
  again: boolean;
  rejected: number;
  reason: string;
}

type Post = (document: unknown, timeoutMs: number) => Promise<Sent>;

/** More are not kept while a collector does not answer, and not sent in one request. */
const MOST_KEPT = 2_048;
const MOST_SENT = 512;

/** Spans that have ended and wait to be sent: bounded, and one request at a time. */
export class SpanQueue {
  readonly #post: Post;
  readonly #about: { resource: Record<string, string>; tool: string; timeoutMs: number };
  #waiting: Span[] = [];
  #lost = 0;
  #reason = '';
  #sending: Promise<boolean> | undefined;

  constructor(post: Post, about: { resource: Record<string, string>; tool: string; timeoutMs: number }) {
    this.#post = post;
    this.#about = about;
  }

  add(span: Span): void {
    if (this.#waiting.length < MOST_KEPT) this.#waiting.push(span);
    else this.#lost += 1;
  }

  /** Sends what waits, unless something is being sent. @returns whether a request was answered well, or none was due */
  async flush(timeoutMs = this.#about.timeoutMs): Promise<boolean> {
    this.#sending ??= this.#sendSome(timeoutMs).finally(() => (this.#sending = undefined));
    return await this.#sending;
  }

  /** Sends all, until one request fails. @param withinMs for each request at most */
  async drain(withinMs: number): Promise<void> {
    const timeoutMs = Math.min(withinMs, this.#about.timeoutMs);
    await this.#sending;
    while (this.#waiting.length > 0) if (!(await this.flush(timeoutMs))) return;
  }

  /** What was dropped, refused or never sent, and the last reason. */
  lost(): { lost: number; reason: string } {
    return { lost: this.#lost + this.#waiting.length, reason: this.#reason || 'no answer in time' };
  }

  async #sendSome(timeoutMs: number): Promise<boolean> {
    const some = this.#waiting.slice(0, MOST_SENT);
    if (some.length === 0) return true;
    const { resource, tool } = this.#about;
    const { ok, again, rejected, reason } = await this.#post(exportRequest(some, resource, tool), timeoutMs);
    if (ok || !again) this.#waiting = this.#waiting.slice(some.length);
    this.#lost += ok ? rejected : again ? 0 : some.length;
    if (!ok || rejected > 0) this.#reason = reason;
    return ok;
  }
}
