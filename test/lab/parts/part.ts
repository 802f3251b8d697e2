import { existsSync } from 'node:fs';
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheDir } from '../paths.ts';
import { timed } from '../progress.ts';

/** Something that is built once and kept in the cache, under its name and version. */
export interface Part {
  readonly name: string;
  readonly version: string;
  /** Fills a directory. It may hold what an earlier, interrupted build left there. */
  build(dir: string): Promise<void>;
}

/** Where a part is, or will be, in the cache. */
export function partDir(part: Pick<Part, 'name' | 'version'>): string {
  return join(cacheDir(), `${part.name}-${part.version}`);
}

/** Makes sure that a part is in the cache, and says where. */
export async function ensurePart(part: Part): Promise<string> {
  const dir = partDir(part);
  if (existsSync(dir)) return dir;
  const partial = `${dir}.partial`;
  await mkdir(partial, { recursive: true });
  await timed(`part ${part.name} ${part.version}`, () => part.build(partial));
  await rename(partial, dir);
  return dir;
}
