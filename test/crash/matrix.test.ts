import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { resetShop, vmShell } from '../lab/handle.ts';
import { readCount } from './matrix/count.ts';
import { carryOn, compare, type Course } from './matrix/course.ts';
import { type CourseName, must, namespaceOf, namespaces, openCourse } from './matrix/courses.ts';
import { cutEverywhere, failEverywhere, jumpEverywhere, loseEverywhere, tearEverywhere } from './matrix/faults.ts';
import { makeNamespace, makeUnit, removeNamespaces } from './matrix/grounds.ts';
import { killAlong, killEverywhere, walk } from './matrix/kills.ts';
import { UNIT } from './matrix/plans.ts';
import { readState } from './matrix/state.ts';

const run = promisify(execFile);
/** Room on the full disk: the record of the holder takes one page, and the journal gets one. */
const FULL_DISK = 'size=8k';
/** The journal is lost at every so many points. */
const LOSE_EVERY = 5;

/** What this course has diverged in so far. */
const diverged = ({ name }: Course): string[] => readCount().divergences.filter((line) => line.startsWith(`${name} `));

/** Ends one part as it found the estate, which its first state tells. */
async function close({ lane, args, closes }: Course): Promise<void> {
  // Past the commit point no run is left to take back.
  const isGone = (await lane.run()) === '';
  if (!closes && !isGone) await must(lane, ['migrate', 'rollback', lane.plan, '--yes']);
  else if (!isGone) await lane.mesh(args.back);
  await lane.close();
}

async function through(which: CourseName, act: (course: Course) => Promise<void>): Promise<void> {
  const course = await openCourse(which);
  await act(course);
  expect(diverged(course)).toEqual([]);
  await close(course);
}

beforeAll(async () => {
  await removeNamespaces(namespaces);
  await resetShop();
});

afterAll(async () => {
  await removeNamespaces(namespaces);
  await resetShop();
});

describe('a process that is killed anywhere, and resumed, comes to the end of one that was not', () => {
  it.concurrent('VM: is captured and let go, killed at each point alone', async () => {
    await through('capture', async (course) => await killEverywhere(course, true));
  });

  it.concurrent('VM: joins and goes back; its unit retires and it leaves', async () => {
    await through('join', killAlong);
    await through('leave', async (course) => {
      await killAlong(course);
      await leaveForGood(course);
    }).finally(() => vmShell('vm-a', `systemctl disable --now ${UNIT}; true`));
  });

  it.concurrent('pods: two workloads join and go back', async () => await through('pods', killAlong));

  it.concurrent('weights: a service shifts and goes back', async () => await through('shift', killAlong));

  it.concurrent('STRICT: plaintext is refused and let in again', async () => {
    await through('enforce', killAlong);
    await through('faults', faults);
  });
});

/** Beyond the commit point there is no way back: once uninterrupted, all again from the start, and then killed all along. */
async function leaveForGood(course: Course): Promise<void> {
  const { lane, scope } = course;
  const args = { ...course.args, forward: ['migrate', 'apply', lane.plan, '--commit'] };
  await must(lane, args.forward);
  const forward = await readState(scope, await lane.run());
  await startOver(course);
  await must(lane, ['migrate', 'apply', lane.plan, '--to', 'look']);
  await walk({ ...course, args, ends: { ...course.ends, forward } }, 'forward');
  await startOver(course);
}

/** A unit that has retired is gone for good, and so is its run: only its estate is put back. */
async function startOver({ lane }: Course): Promise<void> {
  await lane.forget();
  await removeNamespaces([namespaceOf('leave')]);
  await makeNamespace(namespaceOf('leave'));
  await vmShell('vm-a', 'rm -rf /var/lib/meshway');
  await makeUnit('vm-a');
}

async function faults(course: Course): Promise<void> {
  expect(await failEverywhere(course)).toEqual(['MW1605']);
  await tearEverywhere(course);
  await jumpEverywhere(course);
  await loseEverywhere(course, LOSE_EVERY);
  await fillDisk(course);
  await cutLine(course);
}

/** A disk that is really full, and then has room again. */
async function fillDisk(course: Course): Promise<void> {
  const { lane, args } = course;
  await mkdir(lane.stateDir, { recursive: true });
  await run('mount', ['-t', 'tmpfs', '-o', FULL_DISK, 'tmpfs', lane.stateDir]);
  try {
    const { status, text } = await lane.mesh(args.forward);
    expect({ status, text }).toEqual({ status: 1, text: expect.stringContaining('MW1605') as string });
    await run('mount', ['-o', 'remount,size=1m', lane.stateDir]);
    await carryOn(course, 'forward', 'a full disk');
    await compare(course, 'forward', 'a full disk');
    await must(lane, args.back);
  } finally {
    await run('umount', [lane.stateDir]);
  }
  await compare(course, 'back', 'a full disk');
}

async function cutLine(course: Course): Promise<void> {
  const { lane, args } = course;
  await lane.mesh(args.forward, { killAt: 16 });
  const { bytes, wrong } = await cutEverywhere(lane.journal(await lane.run()), await lane.run());
  expect({ wrong, isLine: bytes > 100 }).toEqual({ wrong: [], isLine: true });
  await carryOn(course, 'forward', 'a line that was cut at each byte');
  await compare(course, 'forward', 'a line that was cut at each byte');
  await must(lane, args.back);
}
