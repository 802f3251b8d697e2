import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { count } from './count.ts';
import { carryOn, compare, type Course, type Direction, interruptedWay } from './course.ts';

const ways = ['forward', 'back'] as const;

/** Each n-th kill is followed by one of the resume, at a point that goes round. */
const AGAIN_EVERY = 4;
/** A resume has fewer points than a whole run: so many at the least. */
const POINTS_OF_RESUME = 8;

/**
 * A kill at every point of the way there and of the way back, each alone: one kill, one resume, one comparison. The two ways
 * take turns, so that nothing has to be put back in between.
 *
 * @param takesSsh every other kill takes the connections along
 */
export async function killEverywhere(course: Course, takesSsh = false): Promise<void> {
  const isLeft: Record<Direction, boolean> = { forward: true, back: true };
  for (let at = 1; isLeft.forward || isLeft.back; at += 1) {
    for (const way of ways) {
      if (isLeft[way]) isLeft[way] = await killOnce(course, way, at, takesSsh && at % 2 === 0);
      else await interruptedWay(course, way, {}, () => undefined);
    }
  }
}

/** @returns whether the run came to that point at all */
async function killOnce(course: Course, way: Direction, at: number, takeSsh: boolean): Promise<boolean> {
  const { lane, args } = course;
  const { killed, status } = await lane.mesh(args[way], { killAt: at, takeSsh });
  if (killed === undefined && status === 0) {
    await compare(course, way, 'nothing');
    return false;
  }
  const after = [killed ?? `status ${status}`];
  if (killed !== undefined) count((one) => (one.kills += 1));
  if (at % AGAIN_EVERY === 0) after.push(...(await killResume(course, way, (at / AGAIN_EVERY) % POINTS_OF_RESUME)));
  await carryOn(course, way, after.join(', then '));
  await compare(course, way, after.join(', then '));
  return killed !== undefined;
}

async function killResume({ lane, args }: Course, way: Direction, at: number): Promise<string[]> {
  const { killed } = await lane.mesh(args[way], { killAt: at + 1 });
  if (killed === undefined) return [];
  count((one) => {
    one.kills += 1;
    one.again += 1;
  });
  return [killed];
}

/**
 * A kill at every point as well, but all on one way: each process dies at the first point that none before it has met, resumes
 * included. For ways that take long: everything is interrupted everywhere, and the ends are compared once.
 */
export async function killAlong(course: Course, takesSsh = true): Promise<void> {
  for (const way of ways) await walk(course, way, takesSsh);
}

export async function walk(course: Course, way: Direction, takesSsh = true): Promise<void> {
  const { lane, args } = course;
  const visited = join(lane.directory, `visited-${way}`);
  await writeFile(visited, '');
  let last = 'nothing';
  for (let kills = 0; ; kills += 1) {
    const { killed, status } = await lane.mesh(args[way], { walk: visited, takeSsh: takesSsh && kills % 2 === 0 });
    if (killed === undefined && status === 0) break;
    if (killed === undefined) {
      await carryOn(course, way, last);
      break;
    }
    last = killed;
    count((one) => {
      one.kills += 1;
      if (kills > 0) one.again += 1;
    });
  }
  await compare(course, way, `a walk that ended with ${last}`);
}
