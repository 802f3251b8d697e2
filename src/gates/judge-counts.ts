import type { CheckBy } from '../plans/gate.ts';
import { logErrorsEValue } from './errors.ts';
import { logLatencyEValue, quantileBound } from './latency.ts';
import type { Counts, Elapsed, Histogram, SampleOf } from './sample.ts';
import { finiteE, type Finding, show, undecided } from './verdict.ts';

const isCount = (value: number): boolean => Number.isFinite(value) && value >= 0;
const areCounts = ({ requests, errors }: Counts): boolean => isCount(requests) && isCount(errors);

/** Two counters that are read one after the other may differ by the requests between: no more errors than requests. */
const clamped = ({ requests, errors }: Counts): Counts => ({ requests, errors: Math.min(errors, requests) });

/** Errors since the bake began, beside those of the control. */
export function judgeErrors(check: CheckBy<'errors'>, sample: SampleOf<'errors'>, elapsed: Elapsed): Finding {
  const sides = sidesOf(check, sample);
  if (typeof sides === 'string') return undecided(sides);
  const { judged, control } = sides;
  const requests = judged.requests + (control?.requests ?? 0);
  const ratio = judged.requests === 0 ? null : judged.errors / judged.requests;
  const log = logErrorsEValue(check, judged, control, elapsed);
  const said = `${counted(judged)}${control ? `, beside it ${counted(control)}` : ''}`;
  const counts = {
    judged: judged.requests,
    judgedErrors: judged.errors,
    ...(control && { control: control.requests, controlErrors: control.errors }),
  };
  const head = { value: ratio, requests, counts, evidence: control ? ('concurrent' as const) : ('baseline' as const) };
  return decided(check, { ...head, said, log }, lackOf(check, judged.requests, control?.requests));
}

const counted = ({ requests, errors }: Counts): string => `${show(errors)} errors of ${show(requests)} requests`;

/** Both sides, or why they cannot be compared. */
function sidesOf(
  { control: wanted }: CheckBy<'errors'>,
  { judged, control }: SampleOf<'errors'>,
): { judged: Counts; control: Counts | null } | string {
  if (judged === null || !areCounts(judged)) return 'no data';
  if (wanted === undefined) return { judged: clamped(judged), control: null };
  if (control === null || !areCounts(control)) return 'no data of what is beside it';
  return { judged: clamped(judged), control: clamped(control) };
}

/** Latencies since the bake began, beside those of the control. */
export function judgeLatency(check: CheckBy<'latency'>, { judged, control }: SampleOf<'latency'>): Finding {
  if (judged === null || !isHistogram(judged)) return undecided('no data');
  if (control === null || !isHistogram(control)) return undecided('no data of what is beside it');
  const [own, other] = [judged.at(-1)?.count ?? 0, control.at(-1)?.count ?? 0];
  const log = logLatencyEValue(check, judged, control);
  const p99 = quantileBound(judged, 0.99);
  const said = `99 % of ${show(own)} requests within ${inMs(p99)}, beside it of ${show(other)} within ${inMs(quantileBound(control, 0.99))}`;
  const head = {
    value: p99 !== null && Number.isFinite(p99) ? p99 : null,
    requests: own + other,
    counts: { judged: own, control: other },
  };
  return decided(check, { ...head, evidence: 'concurrent', said, log }, lackOf(check, own, other));
}

const inMs = (bound: number | null): string =>
  bound === null || !Number.isFinite(bound) ? 'no bound' : `${show(bound)} ms`;

const isHistogram = (buckets: Histogram): boolean =>
  buckets.length > 0 && buckets.every(({ count }, at) => isCount(count) && count >= (buckets[at - 1]?.count ?? 0));

/** Why the counts are too few to pass. */
function lackOf(
  { minRequests }: { minRequests: number },
  judged: number,
  control: number | undefined,
): string | undefined {
  if (judged === 0) return 'no request since the bake began';
  if (control === 0) return 'no request beside it to compare with';
  const all = judged + (control ?? 0);
  return all < minRequests ? `${show(all)} requests since the bake began, ${minRequests} are needed` : undefined;
}

/** A fault is one however few the requests: only a pass needs enough of them to have seen it. */
function decided(
  { stopAt }: { stopAt: number },
  { said, log, ...head }: Partial<Finding> & { said: string; log: number },
  lack: string | undefined,
): Finding {
  const eValue = finiteE(log);
  const evidence = { ...head, eValue, stopAt };
  const against = `e-value ${Number(eValue.toPrecision(3))}, ${stopAt} is a fault`;
  if (log >= Math.log(stopAt)) return { ...evidence, outcome: 'fail', why: `${said}: ${against}` };
  return lack === undefined ? { ...evidence, outcome: 'pass', why: `${said}: ${against}` } : undecided(lack, evidence);
}
