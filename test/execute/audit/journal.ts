import { writeFile } from 'node:fs/promises';
import type { Entry } from '../../../src/journal/entry.ts';
import { GENESIS } from '../../../src/journal/chain.ts';
import { sha256Hex } from '../../../src/ports/hash.ts';

/** An entry with whatever fields a forger gives it. */
export type Forged = Record<string, unknown>;

/** Writes entries as somebody would who forges a journal and knows the format: numbered, chained and hashed. */
export async function forge(path: string, entries: readonly (Entry | Forged)[]): Promise<void> {
  let prevHash = GENESIS;
  const lines: string[] = [];
  for (const [index, entry] of entries.entries()) {
    const { hash: _, ...body } = { ...entry, seq: index + 1, prevHash } as Forged;
    const line = JSON.stringify({ ...body, hash: sha256Hex(JSON.stringify(body)) });
    lines.push(`${line}\n`);
    prevHash = sha256Hex(line);
  }
  await writeFile(path, lines.join(''));
}
