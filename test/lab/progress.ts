const start = Date.now();

function seconds(sinceMs: number): string {
  return `${((Date.now() - sinceMs) / 1000).toFixed(1)} s`;
}

/** Prints a line with the time since the program started. */
export function say(line: string): void {
  process.stdout.write(`[${seconds(start).padStart(8)}] ${line}\n`);
}

/** Runs a step and prints its name and how long it took. */
export async function timed<T>(name: string, step: () => Promise<T>): Promise<T> {
  const from = Date.now();
  try {
    const result = await step();
    say(`${name}: ${seconds(from)}`);
    return result;
  } catch (error) {
    say(`${name}: FAILED after ${seconds(from)}`);
    throw error;
  }
}

/** Waits until a probe answers true. Throws, naming what it waited for, when it never does. */
export async function waitFor(
  what: string,
  timeoutMs: number,
  probe: () => Promise<boolean>,
  everyMs = 200,
): Promise<void> {
  const end = Date.now() + timeoutMs;
  while (!(await probe())) {
    if (Date.now() > end) throw new Error(`${what}: not so within ${timeoutMs / 1000} s`);
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}
