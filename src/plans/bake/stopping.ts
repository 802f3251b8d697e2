import { normalQuantile } from './beta.ts';
import { divergence, type Hypotheses, logEValue, logPriorDensity } from './e-value.ts';

/**
 * Wald's expected number of trials of a test that stops at 1/alpha, under the alternative: ln(1/alpha) over the
 * Kullback-Leibler divergence. Source: Wald 1945, "Sequential tests of statistical hypotheses", Ann. Math. Stat. 16, (4.8).
 */
export const waldTrials = (hypotheses: Hypotheses, alpha: number): number => Math.log(1 / alpha) / divergence(hypotheses);

/**
 * The probability, under the alternative, that the e-value has reached 1/alpha by each number of trials: by recursion over
 * the states that have not. It ends once `until` is reached, so it is for tests that end within some thousand trials.
 */
export function stoppedBy(hypotheses: Hypotheses, alpha: number, until: number): Float64Array {
  const p = hypotheses.alternative;
  const limit = Math.log(1 / alpha);
  const stopped = [0];
  let open = [1];
  let bound = 0;
  for (let trials = 1; (stopped.at(-1) ?? 0) < until; trials += 1) {
    while (bound <= trials && logEValue(bound, trials, hypotheses) < limit) bound += 1;
    const next = Array.from({ length: Math.min(bound, open.length + 1) }, (_, hits) => step(open, hits, p));
    stopped.push(1 - next.reduce((sum, each) => sum + each, 0));
    open = next;
  }
  return Float64Array.from(stopped);
}

const step = (open: readonly number[], hits: number, p: number): number =>
  (open[hits] ?? 0) * (1 - p) + (open[hits - 1] ?? 0) * p;

/**
 * The trials by which the test has stopped with probability `power`, where they are many: ln of the e-value is then near a
 * random walk of mean n KL and variance n Var(ln LR), less what the mixture costs (Laplace's approximation of its integral).
 *
 * @param arrive whether trials come by themselves, a Poisson number of them, or are counted
 */
export function trialsByNormal(hypotheses: Hypotheses, alpha: number, power: number, arrive: 'counted' | 'poisson'): number {
  const { null: t0, alternative: t1 } = hypotheses;
  const drift = divergence(hypotheses);
  const gap = Math.log((t1 * (1 - t0)) / (t0 * (1 - t1)));
  const variance = t1 * (1 - t1) * gap * gap + (arrive === 'poisson' ? drift * drift : 0);
  const noise = normalQuantile(power) * Math.sqrt(variance);
  const gain = (n: number): number => {
    const mixture = logPriorDensity(hypotheses) + 0.5 * Math.log((2 * Math.PI * t1 * (1 - t1)) / n);
    return n * drift - noise * Math.sqrt(n) + mixture - Math.log(1 / alpha);
  };
  // Below a few trials of Wald's number the mixture's approximation does not hold, and the walk has not gone far enough.
  let [low, high] = [1, Math.max(2, waldTrials(hypotheses, alpha))];
  while (gain(high) < 0) high *= 2;
  while (high - low > 0.5) {
    const middle = (low + high) / 2;
    if (gain(middle) < 0) low = middle;
    else high = middle;
  }
  return high;
}
