import { setTimeout as sleep } from 'node:timers/promises';
import { waitFor } from '../../progress.ts';
import type { MeshRun, Operator } from '../mesh.ts';
import { type Books, booksNow, requestsOf, since } from './books.ts';
import type { Fault } from './fault.ts';
import { RouteWatch } from './route-watch.ts';
import { Stalls } from './stalls.ts';

/** The stage that the faults are for, and the rung at which they begin. */
export const SHIFT = 'shift-catalog';
/** A client gives a request up after 5 s: what counts nothing for longer has nothing left to count. */
const SETTLED_MS = 6_000;

/** What happened from the moment a fault began until nothing more came of it. */
export interface Course {
  /** How the migration ended; absent of a control, in which there was none. */
  run?: MeshRun;
  /** From the fault's begin until the twin's weight that was stored at the API server was the one before the stage. */
  backMs: number | undefined;
  /** The twin's weight at the end. */
  weight: number | undefined;
  /** How long the fault was there. */
  lastedMs: number;
  seen: Books;
  /** The longest time for which this machine let nobody run. */
  stalledMs: number;
  /** Requests to the catalog from the begin of the apply until the end of what was seen. */
  stageRequests: number;
}

/** The operator's next apply meets the fault as soon as the rung stands; the fault is there until the apply has ended. */
export async function meetInRun(operator: Operator, rung: number, fault: Fault): Promise<Course> {
  const [watch, stalls] = [new RouteWatch(), new Stalls()];
  try {
    const first = await booksNow();
    const { done } = await applyUntil(operator, rung);
    const before = await booksNow();
    const beganMs = Date.now();
    await fault.begin();
    const lasted = endsIn(fault, beganMs);
    const run = await done;
    const lastedMs = await (lasted ?? ended(fault, beganMs));
    await sleep(SETTLED_MS);
    const backAt = watch.backAt(0, beganMs);
    const backMs = backAt === undefined ? undefined : backAt - beganMs;
    const last = await booksNow();
    const stageRequests = requestsOf(since(first, last));
    return {
      run,
      backMs,
      weight: watch.now,
      lastedMs,
      seen: since(before, last),
      stageRequests,
      stalledMs: stalls.stop(),
    };
  } finally {
    stalls.stop();
    await watch.stop();
    await fault.end();
  }
}

/**
 * The control: the same apply, ended by its operator at the same rung. Nobody watches from there on, the weights stay, and
 * the fault is there for the same time.
 */
export async function meetAlone(operator: Operator, rung: number, fault: Fault, lastsMs: number): Promise<Course> {
  const [watch, stalls] = [new RouteWatch(), new Stalls()];
  try {
    const { child, done } = await applyUntil(operator, rung);
    child.kill('SIGINT');
    const { exitCode, stdout, stderr } = await done;
    if (exitCode !== 130)
      throw new Error(`the apply that was interrupted ended with ${exitCode}\n${stdout}\n${stderr}`);
    const before = await booksNow();
    const beganMs = Date.now();
    await fault.begin();
    await sleep(Math.max(0, beganMs + lastsMs - Date.now()));
    const lastedMs = await ended(fault, beganMs);
    await sleep(SETTLED_MS);
    const seen = since(before, await booksNow());
    return {
      backMs: undefined,
      weight: watch.now,
      lastedMs,
      seen,
      stageRequests: requestsOf(seen),
      stalledMs: stalls.stop(),
    };
  } finally {
    stalls.stop();
    await watch.stop();
    await fault.end();
  }
}

/** Ends a fault by its own time, whatever the run does meanwhile; nothing for one that has no such time. */
function endsIn(fault: Fault, beganMs: number): Promise<number> | undefined {
  if (fault.lastsMs === undefined) return undefined;
  return sleep(beganMs + fault.lastsMs - Date.now()).then(() => ended(fault, beganMs));
}

async function ended(fault: Fault, beganMs: number): Promise<number> {
  const lastedMs = Date.now() - beganMs;
  await fault.end();
  return lastedMs;
}

/** Starts an apply of the shift and returns when the rung's step is recorded as done. */
export async function applyUntil(operator: Operator, rung: number): Promise<ReturnType<Operator['start']>> {
  const from = (await operator.journal()).length;
  const started = operator.start(['migrate', 'apply', operator.plan, '--to', SHIFT]);
  let over: MeshRun | undefined;
  void started.done.then((run) => (over = run));
  const isRung = (line: string): boolean =>
    line.includes('"result"') && line.includes(`"${SHIFT}/weight-${rung}"`) && line.includes('"apply"');
  await waitFor(
    `rung ${rung}`,
    120_000,
    async () => {
      if (over)
        throw new Error(`apply ended with ${over.exitCode} before rung ${rung}\n${over.stdout}\n${over.stderr}`);
      return (await operator.journal()).slice(from).some(isRung);
    },
    100,
  );
  return started;
}
