import type { MigrationPlan } from '../../../src/plans/plan.ts';
import type { VmName } from '../../lab/handle.ts';
import { count } from './count.ts';
import { type Course, measure } from './course.ts';
import { makeCaller, makeNamespace, makeUnit, makeWorkloads, prepareGround, writePlan } from './grounds.ts';
import { Lane } from './lane.ts';
import { enforce, type Ground, joinHost, joinPods, leave, shift } from './plans.ts';

/** What one plan of the matrix needs beside its namespace, and between which stages it goes. */
interface Layout {
  name: string;
  plan: (ground: Ground) => MigrationPlan;
  host?: VmName;
  make?: (namespace: string) => Promise<void>;
  /** The stage up to which it is applied before, and back to which it goes; absent: all of it, in a new run each time. */
  from?: string;
  /** The stage through which it goes; absent: the last. */
  to?: string;
}

const layouts = {
  join: { name: 'join-vm', plan: (ground) => joinHost(ground, 'vm-a'), host: 'vm-a' },
  capture: { name: 'capture', plan: (ground) => joinHost(ground, 'vm-b'), host: 'vm-b', from: 'join' },
  pods: { name: 'join-pods', plan: joinPods, make: makeWorkloads },
  shift: { name: 'shift', plan: shift, make: makeCaller, from: 'publish' },
  enforce: { name: 'enforce', plan: enforce },
  faults: { name: 'faults', plan: enforce },
  leave: {
    name: 'leave',
    plan: (ground) => leave(ground, 'vm-a'),
    host: 'vm-a',
    make: () => makeUnit('vm-a'),
    from: 'capture',
    to: 'look',
  },
} satisfies Record<string, Layout>;

export type CourseName = keyof typeof layouts;

export const namespaceOf = (name: CourseName): string => `crash-${layouts[name].name}`;
export const namespaces = (Object.keys(layouts) as CourseName[]).map(namespaceOf);

/** Makes what a plan stands on, goes to where it begins, and goes there and back once to know both ends. */
export async function openCourse(which: CourseName): Promise<Course> {
  const { name, plan, host, make, from, to }: Layout = layouts[which];
  const namespace = namespaceOf(which);
  const lane = await Lane.open(name);
  await makeNamespace(namespace);
  await make?.(namespace);
  const ground = await prepareGround(lane.directory, namespace);
  await writePlan(lane.directory, plan(ground));
  if (from !== undefined) await must(lane, ['migrate', 'apply', lane.plan, '--to', from]);
  const args = {
    forward: ['migrate', 'apply', lane.plan, ...(to === undefined ? [] : ['--to', to])],
    back: ['migrate', 'rollback', lane.plan, '--yes', ...(from === undefined ? [] : ['--to', from])],
  };
  const scope = { namespace, ...(host !== undefined && { host }) };
  const course = await measure({ name, lane, scope, args, closes: from === undefined });
  count(({ plans }) => plans.push(name));
  return course;
}

/** Runs `mesh` uninterrupted. */
export async function must(lane: Lane, args: readonly string[]): Promise<void> {
  const { status, text } = await lane.mesh(args);
  if (status !== 0) throw new Error(`mesh ${args.join(' ')} ended with ${status}\n${text}`);
}
