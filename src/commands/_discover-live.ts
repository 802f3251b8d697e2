import type { Inventory } from '../inventory/schema.ts';
import { tryOut } from '../probes/active/index.ts';
import { discover, type DiscoverOptions } from '../probes/discover.ts';
import type { OutputEvent } from '../report/output.ts';
import { discoverWindow } from './_discover-for.ts';
import type { LoadedEstate } from './_inputs.ts';
import { openWorld, type OpenedWorld } from './_world.ts';

/** How to look: once or over time, whether to try what can only be seen, and how many hosts at a time. */
export interface LookFlags {
  for: number | undefined;
  every: number | undefined;
  active: boolean;
  forks: number;
}

/** Where a command tells how far it is, and hears of Ctrl-C. */
export interface Voice {
  emit: (event: OutputEvent) => void;
  note: (text: string) => void;
  interrupt: AbortSignal;
}

/** Looks at the hosts and clusters of an estate. */
export async function lookAt(loaded: LoadedEstate, flags: LookFlags, voice: Voice): Promise<Inventory> {
  const onProgress = teller(voice);
  if (flags.for === undefined)
    return await withWorld(loaded, async (world) => {
      const options = { estateDigest: loaded.digest, forks: flags.forks, isOnlyRound: !flags.active, onProgress };
      const seen = await discover(loaded.estate, world, options);
      return flags.active ? await tried(loaded, seen, world, voice) : seen;
    });
  const request = { forMs: flags.for, everyMs: flags.every, forks: flags.forks, onProgress, ...voice };
  const seen = await discoverWindow(loaded, request);
  // A window that was cut short ends there.
  if (!flags.active || voice.interrupt.aborted) return seen;
  return await withWorld(loaded, async (world) => await tried(loaded, seen, world, voice));
}

async function tried(loaded: LoadedEstate, seen: Inventory, world: OpenedWorld, voice: Voice): Promise<Inventory> {
  return await tryOut(loaded.estate, seen, world, ({ from, done, total, reason }) => {
    voice.emit({ event: 'tried', from, done, total, ...(reason === undefined ? {} : { reason }) });
    voice.note(`[${done}/${total}] tries from ${from}: ${reason === undefined ? 'done' : `not all, ${reason}`}`);
  });
}

function teller({ emit, note }: Voice): NonNullable<DiscoverOptions['onProgress']> {
  return ({ kind, name, done, total, error }) => {
    emit({ event: 'discovered', kind, name, done, total, ...(error === undefined ? {} : { code: error.code }) });
    note(`[${done}/${total}] ${kind} ${name}: ${error === undefined ? 'done' : `${error.code} ${error.causeText}`}`);
  };
}

async function withWorld<Result>(loaded: LoadedEstate, work: (world: OpenedWorld) => Promise<Result>): Promise<Result> {
  const world = openWorld(loaded);
  try {
    return await work(world);
  } finally {
    await world.close();
  }
}
