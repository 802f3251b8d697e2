import { setTimeout as sleep } from 'node:timers/promises';
import { clearCounts, labPaths, startLoad, stopLoad } from '../handle.ts';
import { output } from '../exec.ts';
import { type CountsFile, countsFiles, isKilled } from './counts.ts';
import { locateShopd } from './shopd.ts';

/** The sums of everything the shop's programs counted, as `shopd tally -json` prints them. */
export interface Tally {
  unfinished: string[];
  problems: string[];
  edges: TallyRow[];
  total: TallyRow;
  /** Callers, as name/instance/kind, that servers heard of and no counts file speaks for. */
  unmatched: Record<string, unknown>;
  reasons: Record<string, Record<string, number>>;
  cuts: TallyCut[];
  samples: unknown[];
}

/** A connection that its peer ended without notice. `idleSeconds`: how long it had carried nothing. */
export interface TallyCut {
  edge: string;
  kind: TallyRow['kind'];
  reason: string;
  inFlight: boolean;
  carried: number;
  idleSeconds: number;
}

export interface TallyRow {
  edge: string;
  kind: 'new' | 'kept' | 'call' | 'pooled';
  sent: number;
  ok: number;
  lost: number;
  inFlight: number;
  cuts: number;
  selfClosed: number;
  opened: number;
  open: number;
  serverReceived: number;
  serverAnswered: number;
  difference: number;
  activeSeconds: number;
  ratePerSec: number;
}

async function until(what: string, holds: () => Promise<boolean>, seconds: number): Promise<void> {
  for (let left = seconds * 4; left > 0; left -= 1) {
    if (await holds()) return;
    await sleep(250);
  }
  throw new Error(`${what} did not come within ${seconds} s`);
}

let openedAt = 0;

/** Starts the load and returns once every caller, these among them, holds its long-lived connections. */
export async function openTraffic(callers: readonly string[] = ['web', 'catalog']): Promise<void> {
  await clearCounts();
  await startLoad();
  openedAt = Date.now();
  const loaders = async (): Promise<CountsFile[]> =>
    (await countsFiles()).filter(({ client, oneShot }) => client !== undefined && client.runs > 0 && oneShot !== true);
  await until(
    'the load',
    async () => {
      const files = await loaders();
      const isThere = (caller: string): boolean => files.some(({ name }) => name === caller);
      const holds = ({ client, idle }: CountsFile): boolean =>
        !idle && client !== undefined && client.kept.open >= client.keptWanted;
      return callers.every(isThere) && files.every(holds);
    },
    60,
  );
}

/** Programs that ended in an orderly way since the load began, by the machine or Deployment they ran in. */
export async function restarts(): Promise<Record<string, number>> {
  const ended: Record<string, number> = {};
  for (const { instance, final, oneShot } of await countsFiles()) {
    if (oneShot === true) continue;
    // An instance is HOST-PID-TIME, and a pod's host is DEPLOYMENT-HASH-ID.
    const host = instance.split('-').slice(0, -2).join('-');
    const place = /^vm-/.test(host) ? host : host.split('-').slice(0, -2).join('-');
    if (final) ended[place] = (ended[place] ?? 0) + 1;
  }
  return ended;
}

/** Long-lived connections that ended with a restart of the program that held them: the cuts a plan declares. */
export async function endedByRestart(): Promise<number> {
  return (await countsFiles())
    .filter(({ final }) => final)
    .reduce((sum, { client, pooled }) => sum + (client?.kept.selfClosed ?? 0) + (pooled?.conns.selfClosed ?? 0), 0);
}

/** Stops the load, waits for every answer, and sums up. */
export async function closeTraffic(): Promise<{ tally: Tally; declaredCuts: number; offeredPerSecond: number }> {
  const declaredCuts = await endedByRestart();
  await stopLoad();
  const seconds = (Date.now() - openedAt) / 1_000;
  await until(
    'the end of the load',
    async () =>
      (await countsFiles()).every(
        (file) => file.client === undefined || file.idle || file.final || isKilled(file, Date.now()),
      ),
    30,
  );
  await sleep(1_000);
  const tally = await tallyNow();
  // Calls that a server makes for each request it gets are counted apart: they follow the load, they are not offered.
  const offered = tally.edges.filter(({ kind }) => kind !== 'call').reduce((sum, { sent }) => sum + sent, 0);
  return { tally, declaredCuts, offeredPerSecond: offered / seconds };
}

export async function tallyNow(): Promise<Tally> {
  return JSON.parse(await output(await locateShopd(), ['tally', labPaths().counts, '-json'])) as Tally;
}

/** How many requests each service received from which proved identity; `none` is plaintext. */
export async function peersSeen(): Promise<Record<string, Record<string, number>>> {
  const seen: Record<string, Record<string, number>> = {};
  for (const { name, server } of await countsFiles())
    for (const [peer, count] of Object.entries(server.byPeer ?? {})) {
      const of = (seen[name] ??= {});
      of[peer] = (of[peer] ?? 0) + count;
    }
  return seen;
}
