import { setTimeout as sleep } from 'node:timers/promises';
import type { Wish } from '../points/wish.ts';
import { count } from './count.ts';
import type { Ended, Lane } from './lane.ts';
import { differences, readState, type Scope, type State } from './state.ts';

export type Direction = 'forward' | 'back';

/** From one state of the estate to another and back, as often as wanted. */
export interface Course {
  name: string;
  lane: Lane;
  scope: Scope;
  /** The arguments that lead there and back, with the plan's file. */
  args: Record<Direction, string[]>;
  /** The way back ends the run: the next way there begins another. */
  closes: boolean;
  /** What an uninterrupted run led to. */
  ends: Record<Direction, State>;
}

/** The most that a way may take after a kill; each try must say why it stopped. */
const MAX_TRIES = 4;
/** istiod and systemd need a moment for what they derive. */
const SETTLE_MS = 15_000;

/** Walks there and back uninterrupted, and keeps what both ends are like. */
export async function measure(course: Omit<Course, 'ends'>): Promise<Course> {
  const measured: Course = { ...course, ends: { forward: {}, back: {} } };
  for (const direction of ['forward', 'back'] as const) {
    const before = await course.lane.run();
    const ended = await course.lane.mesh(course.args[direction]);
    if (ended.status !== 0) throw new Error(`${course.name} ${direction} ended with ${ended.status}\n${ended.text}`);
    await sleep(500);
    const run = (await course.lane.run()) || before;
    measured.ends[direction] = await readState(course.scope, run);
  }
  if (course.closes) await course.lane.forget();
  return measured;
}

/** Carries a killed way on until it is at its end. @returns whether it came there */
export async function carryOn({ name, lane, args }: Course, direction: Direction, after: string): Promise<boolean> {
  for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
    const { status, text } = await lane.mesh(args[direction]);
    const isOver = direction === 'back' && text.includes('MW1607');
    if (status === 0 || isOver) return true;
    const code = /^(MW\d{4}) .*$/m.exec(text.replaceAll(/^MW1378.*$/gm, ''))?.[0] ?? `no code: ${text.slice(-500)}`;
    count(({ stops }) => stops.push(`${name} ${direction}, after ${after}: status ${status}, ${code}`));
    // Failed or paused with a code is what apply may do; anything else is not resumable by itself.
    if (status !== 1 && status !== 3 && status !== 5)
      diverged(name, direction, after, [`status ${status}: ${text.slice(-600)}`]);
  }
  diverged(name, direction, after, [`not at its end after ${MAX_TRIES} resumes`]);
  return false;
}

/** Compares with the end of an uninterrupted run, and says where the two differ. */
export async function compare(course: Course, direction: Direction, after: string): Promise<void> {
  const { name, lane, scope, ends, closes } = course;
  const run = await lane.run();
  const deadline = performance.now() + SETTLE_MS;
  for (;;) {
    const found = differences(ends[direction], await readState(scope, run));
    if (found.length === 0) break;
    if (performance.now() > deadline) {
      diverged(name, direction, after, found);
      break;
    }
    await sleep(300);
  }
  if (closes && direction === 'back') await lane.forget();
}

function diverged(name: string, direction: Direction, after: string, what: readonly string[]): void {
  const shown = what.slice(0, 6).map((one) => one.slice(0, 400));
  count(({ divergences }) => divergences.push(`${name} ${direction}, after ${after}: ${shown.join('; ')}`));
}

/** One way with a wish, then carried on to its end and compared. @returns how the first process ended */
export async function interruptedWay(
  course: Course,
  direction: Direction,
  wish: Partial<Wish>,
  note: (ended: Ended) => string | undefined,
): Promise<Ended> {
  const ended = await course.lane.mesh(course.args[direction], wish);
  const what = note(ended);
  if (what !== undefined || ended.status !== 0) await carryOn(course, direction, what ?? `status ${ended.status}`);
  await compare(course, direction, what ?? 'nothing');
  return ended;
}
