import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../exec.ts';
import { sha256 } from '../files.ts';
import type { Part } from './part.ts';

const sourceDir = join(import.meta.dirname, '..', 'shopd');

let digest: Promise<string> | undefined;

/** The shop's own program, keyed by what its source says when it is first asked for. */
export async function shopd(): Promise<Part> {
  digest ??= sourceDigest();
  return {
    name: 'shopd',
    version: (await digest).slice(0, 12),
    async build(dir) {
      const env = { CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false -trimpath' };
      await run('go', ['build', '-ldflags', '-s -w', '-o', join(dir, 'shopd'), '.'], { cwd: sourceDir, env });
    },
  };
}

async function sourceDigest(): Promise<string> {
  const names = (await readdir(sourceDir)).filter(
    (name) => /^go\.(mod|sum)$|\.go$/.test(name) && !name.endsWith('_test.go'),
  );
  const texts = await Promise.all(
    names.toSorted().map(async (name) => [name, await readFile(join(sourceDir, name), 'utf8')]),
  );
  return sha256(JSON.stringify(texts));
}
