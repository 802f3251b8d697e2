import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { labPaths, shopNamespace, type VmName } from '../handle.ts';
import { deploymentOf } from '../estate.ts';
import { desk, till, tillPort } from '../shop/till.ts';

/** The lab's estate, or another, with shorter watches, for tests that go the whole way many times. Says where the file is. */
export async function quickEstate(
  policy: { ladder?: number[]; deadmanSeconds?: number } = {},
  of = labPaths().estate,
): Promise<string> {
  return await changedEstate((estate) => ({ ...estate, policy: { ...estate.policy, ...policy, gate: quickGate } }), of);
}

/** What `web` sends to the catalog: two pods, each 30 requests a second on new connections and 50 on kept ones. */
const WEB_PER_SECOND = 160;

/** The lab's estate in which the catalog's rate is stated, so that the watches of its rungs follow from what they must see. */
export async function ratedEstate(
  ladder: readonly number[],
  gate: object = {},
  of = labPaths().estate,
): Promise<string> {
  return await changedEstate(
    (estate) => ({
      ...estate,
      services: estate.services.map((service) =>
        service.name === 'catalog' ? { ...service, requestsPerSecond: WEB_PER_SECOND } : service,
      ),
      policy: { ...estate.policy, ladder, gate: { ...quickGate, effect: 0.02, ...gate } },
    }),
    of,
  );
}

/** The same without a server of metrics: gates ask the proxies themselves. */
export async function unkeptEstate(ladder: readonly number[], gate: object = {}): Promise<string> {
  return await ratedEstate(ladder, gate, await changedEstate(({ metrics: _, ...estate }) => estate));
}

/** The same as `quickEstate`, in which the catalog's unit ends after a short look-back, and its name moves in DNS. */
export async function retiringEstate(answer: string, lookBackSeconds: number): Promise<string> {
  return await changedEstate((estate) => retiring(estate, { name: 'dns', answers: [answer] }, lookBackSeconds));
}

/** Another estate with the same end, in which the name stays as it is. */
export async function keepingEstate(of: string, lookBackSeconds: number): Promise<string> {
  return await changedEstate((estate) => retiring(estate, { name: 'kept' }, lookBackSeconds), of);
}

/** The lab's estate with the till, whose unit has a twin, and the desk, which only calls it. */
export async function tillEstate(): Promise<string> {
  const unit = (host: VmName, name: string): object => ({ workload: { host, unit: `${name}.service` } });
  const server = { name: till, hostname: `${till}.shop.internal`, port: tillPort, protocol: 'tcp', path: 'mesh-first' };
  const caller = { name: desk, path: 'stay', callers: 'none', namespace: shopNamespace };
  return await changedEstate((estate) => ({
    ...estate,
    services: [
      ...estate.services,
      { ...server, state: 'none', ...unit('vm-b', till), twin: deploymentOf(till) },
      { ...caller, state: 'none', ...unit('vm-a', desk) },
    ],
    policy: { ...estate.policy, ladder: [50, 100], gate: quickGate, drainSeconds: 10 },
  }));
}

/** The lab's estate with its catalog on another path: what is said of the service takes the place of what is said there. */
export async function catalogEstate(
  catalog: object,
  more: { services?: object[]; policy?: object } = {},
): Promise<string> {
  return await changedEstate((estate) => ({
    ...estate,
    services: [
      ...estate.services.map((service) => (service.name === 'catalog' ? { ...service, ...catalog } : service)),
      ...((more.services ?? []) as EstateFile['services']),
    ],
    policy: { ...estate.policy, ladder: [50, 100], gate: { ...quickGate, timeoutSeconds: 120 }, ...more.policy },
  }));
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
  metrics?: object;
}

async function changedEstate(change: (estate: EstateFile) => EstateFile, of = labPaths().estate): Promise<string> {
  const estate = parse(await readFile(of, 'utf8')) as EstateFile;
  const file = join(await mkdtemp(join(tmpdir(), 'mesh-quick-')), 'estate.yaml');
  await writeFile(file, stringify(change(estate)), { mode: 0o600 });
  return file;
}
