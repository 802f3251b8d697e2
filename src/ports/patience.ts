/** How long an answer is waited for: a time from its last bytes, and ten times as long in all. */
export interface Patience {
  readonly signal: AbortSignal;
  /** Bytes have come. */
  renew(): void;
  end(): void;
}

const inAll = 10;

/** A signal that aborts as `AbortSignal.timeout` does, unless it is renewed in time. */
export function patienceOf(timeoutMs: number): Patience {
  const controller = new AbortController();
  const giveUp = (): void => controller.abort(new DOMException('no answer in time', 'TimeoutError'));
  const whole = setTimeout(giveUp, timeoutMs * inAll);
  const idle = setTimeout(giveUp, timeoutMs);
  return {
    signal: controller.signal,
    renew: () => void idle.refresh(),
    end: () => {
      clearTimeout(whole);
      clearTimeout(idle);
    },
  };
}
