import { readFile, writeFile } from 'node:fs/promises';
import { isMeshError } from '../../../src/errors/index.ts';
import { Journal, readJournal } from '../../../src/journal/file.ts';
import { count } from './count.ts';
import { carryOn, compare, type Course, type Direction, interruptedWay } from './course.ts';

const ways = ['forward', 'back'] as const;
const HOUR_MS = 3_600_000;
/** Every so many points the clock jumps, once ahead and once back. */
const JUMP_EVERY = 4;
const JUMPS_MS = [24 * HOUR_MS, -24 * HOUR_MS];
/** Shares of a line that stay of it: none but its first byte, half, all but its newline. */
const SHARES = [0.003, 0.5, 0.999];

/** Every write and sync of the state directory fails in its turn, with a full disk or a broken one. @returns the codes it ended with */
export async function failEverywhere(course: Course): Promise<string[]> {
  const codes = new Set<string>();
  await everyTurn(course, async (way, at) => {
    const errno = (at + ways.indexOf(way)) % 2 === 0 ? 'EIO' : 'ENOSPC';
    const { failed, text } = await interruptedWay(course, way, { failAt: at, errno }, (ended) => ended.failed);
    if (failed === undefined) return false;
    count((one) => (one.faults += 1));
    codes.add(/^MW\d{4}/m.exec(text.replaceAll(/^MW1378.*$/gm, ''))?.[0] ?? `no code: ${failed}: ${text.slice(-300)}`);
    return true;
  });
  return [...codes].sort();
}

/** Power fails while a line is written: of each line of a run a part stays. */
export async function tearEverywhere(course: Course): Promise<void> {
  await everyTurn(course, async (way, at) => {
    const share = SHARES[at % SHARES.length] ?? 0.5;
    const { killed } = await interruptedWay(course, way, { tearAt: at, tearShare: share }, ({ killed }) => killed);
    if (killed === undefined) return false;
    count((one) => (one.torn += 1));
    return true;
  });
}

/**
 * The clock jumps by a day, ahead and back in turn: in the middle of a process, which goes on to its end, and between one that
 * is killed and its resume.
 */
export async function jumpEverywhere(course: Course): Promise<void> {
  await everyTurn(course, async (way, at) => {
    const jumpMs = JUMPS_MS[at % JUMPS_MS.length] ?? 0;
    const jumpAt = 1 + (at - 1) * JUMP_EVERY;
    if (at % 3 === 0) return await killThenJump(course, way, jumpAt, jumpMs);
    const { jumped } = await interruptedWay(course, way, { jumpAt, jumpMs }, (ended) =>
      ended.status === 0 ? undefined : ended.jumped,
    );
    if (jumped === undefined) return false;
    count((one) => (one.jumps += 1));
    return true;
  });
}

async function killThenJump(course: Course, way: Direction, killAt: number, jumpMs: number): Promise<boolean> {
  const { killed } = await course.lane.mesh(course.args[way], { killAt });
  if (killed !== undefined) count((one) => (one.jumps += 1));
  await interruptedWay(course, way, { jumpAt: 0, jumpMs }, () => killed);
  return killed !== undefined;
}

/** The two ways in turn, each until `act` says that it has no more turns. */
async function everyTurn(course: Course, act: (way: Direction, at: number) => Promise<boolean>): Promise<void> {
  const isLeft = { forward: true, back: true };
  for (let at = 1; isLeft.forward || isLeft.back; at += 1) {
    for (const way of ways) {
      if (isLeft[way]) isLeft[way] = await act(way, at);
      else await interruptedWay(course, way, {}, () => undefined);
    }
  }
}

/** The journal goes with its disk, at every so many points, and the run is adopted. */
export async function loseEverywhere(course: Course, every: number): Promise<void> {
  const { lane, args } = course;
  for (let at = every; ; at += every) {
    const { killed } = await lane.mesh(args.forward, { killAt: at });
    if (killed === undefined) break;
    const run = await lane.run();
    await lane.forget();
    const adopted = await lane.mesh([...args.forward, '--adopt', run]);
    // Nothing of it is in the estate yet: it is begun anew.
    const isNothing = adopted.text.includes('MW1608');
    if (adopted.status !== 0 && !isNothing)
      count(({ stops }) => stops.push(`adopted after ${killed}: ${adopted.text.slice(-300)}`));
    await carryOn(course, 'forward', `${killed}, and the journal was lost`);
    count((one) => (one.lost += 1));
    await compare(course, 'forward', `${killed}, and the journal was lost`);
    await interruptedWay(course, 'back', {}, () => undefined);
  }
  await compare(course, 'forward', 'nothing');
  await interruptedWay(course, 'back', {}, () => undefined);
}

/** Cuts the last line of a journal at each of its bytes: what is before it is there, whole, and a writer goes on after it. */
export async function cutEverywhere(path: string, run: string): Promise<{ bytes: number; wrong: string[] }> {
  const whole = await readFile(path);
  const from = whole.lastIndexOf('\n', whole.length - 2) + 1;
  const entries = (await readJournal(path)).length;
  const wrong: string[] = [];
  for (let at = from; at < whole.length; at += 1) {
    await writeFile(path, whole.subarray(0, at));
    const found = await reopen(path, run).catch((error: unknown) => (isMeshError(error) ? error.code : String(error)));
    if (found !== entries) wrong.push(`cut at byte ${at - from}: ${found} instead of ${entries}`);
  }
  await writeFile(path, whole);
  return { bytes: whole.length - from, wrong };
}

/** Opens it as the next holder does, writes one entry, and counts. */
async function reopen(path: string, run: string): Promise<number> {
  const journal = await Journal.open(path, run, () => Date.now());
  await journal.append({ type: 'note', note: { about: 'interrupted', signal: 'SIGINT' } });
  await journal.close();
  return (await readJournal(path)).length;
}
