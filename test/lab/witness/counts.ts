import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { labPaths } from '../handle.ts';

/** What one program of the shop counted: the part of its counts file (shopd/counts.go) that tests read. */
export interface CountsFile {
  name: string;
  instance: string;
  updatedAt: string;
  idle: boolean;
  final: boolean;
  oneShot?: boolean;
  client?: {
    runs: number;
    keptWanted: number;
    new: { inFlight: number };
    kept: { open: number; selfClosed: number; sent: number; inFlight: number };
  };
  pooled?: { sent: number; inFlight: number; conns: { open: number; opened: number; selfClosed: number } };
  server: {
    received: number;
    byPeer?: Record<string, number>;
    fault?: { met: number; failed: number; slowed: number };
  };
}

/** The counts files of all programs that wrote one since the load began. */
export async function countsFiles(): Promise<CountsFile[]> {
  const directory = labPaths().counts;
  const names = (await readdir(directory)).filter((name) => name.endsWith('.json'));
  return await Promise.all(
    names.map(async (name) => JSON.parse(await readFile(join(directory, name), 'utf8')) as CountsFile),
  );
}

/** A program writes twice a second: one that is silent for so long is no more. */
const SILENT_MS = 5_000;

/** Whether the program behind a counts file ended without a last word. Pods and machines share this clock. */
export function isKilled({ final, updatedAt }: CountsFile, nowMs: number): boolean {
  return !final && nowMs - Date.parse(updatedAt) > SILENT_MS;
}

/** What the killed programs of one name left: the connections that ended with them, and requests nobody settled. */
export interface Killed {
  programs: number;
  held: number;
  inFlight: number;
}

/** Programs that were killed since the load began, by name. */
export async function killedPrograms(): Promise<Record<string, Killed>> {
  const killed: Record<string, Killed> = {};
  for (const file of await countsFiles()) {
    if (!isKilled(file, Date.now())) continue;
    const { client, pooled } = file;
    const of = (killed[file.name] ??= { programs: 0, held: 0, inFlight: 0 });
    of.programs += 1;
    of.held += (client?.kept.open ?? 0) + (pooled?.conns.open ?? 0);
    of.inFlight += (client?.new.inFlight ?? 0) + (client?.kept.inFlight ?? 0) + (pooled?.inFlight ?? 0);
  }
  return killed;
}
