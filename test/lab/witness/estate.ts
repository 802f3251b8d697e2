import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { labPaths } from '../handle.ts';

/** The lab's estate, or another, with shorter watches, for tests that go the whole way many times. Says where the file is. */
export async function quickEstate(
  policy: { ladder?: number[]; deadmanSeconds?: number } = {},
  of = labPaths().estate,
): Promise<string> {
  const estate = parse(await readFile(of, 'utf8')) as { policy: object };
  const gate = { bakeSeconds: 3, windowSeconds: 5, timeoutSeconds: 60 };
  const file = join(await mkdtemp(join(tmpdir(), 'mesh-quick-')), 'estate.yaml');
  await writeFile(file, stringify({ ...estate, policy: { ...estate.policy, ...policy, gate } }), { mode: 0o600 });
  return file;
}
