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
  return await changedEstate((estate) => ({ ...estate, policy: { ...estate.policy, ...policy, gate: quickGate } }), of);
}

/** The same, in which the catalog's unit ends after a short look-back, and its name moves in DNS. */
export async function retiringEstate(answer: string, lookBackSeconds: number): Promise<string> {
  return await changedEstate((estate) => retiring(estate, { name: 'dns', answers: [answer] }, lookBackSeconds));
}

/** Another estate with the same end, in which the name stays as it is. */
export async function keepingEstate(of: string, lookBackSeconds: number): Promise<string> {
  return await changedEstate((estate) => retiring(estate, { name: 'kept' }, lookBackSeconds), of);
}

const retiring = (estate: EstateFile, retire: object, lookBackSeconds: number): EstateFile => ({
  ...estate,
  services: estate.services.map((service) => (service.name === 'catalog' ? { ...service, retire } : service)),
  policy: { ...estate.policy, ladder: [50, 100], gate: quickGate, retire: { lookBackSeconds } },
});

const quickGate = { bakeSeconds: 3, windowSeconds: 5, timeoutSeconds: 60 };

interface EstateFile {
  services: { name: string }[];
  policy: object;
}

async function changedEstate(change: (estate: EstateFile) => EstateFile, of = labPaths().estate): Promise<string> {
  const estate = parse(await readFile(of, 'utf8')) as EstateFile;
  const file = join(await mkdtemp(join(tmpdir(), 'mesh-quick-')), 'estate.yaml');
  await writeFile(file, stringify(change(estate)), { mode: 0o600 });
  return file;
}
