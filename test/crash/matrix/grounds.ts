import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { openEstate } from '../../../src/estate/load-estate.ts';
import { estateDigest } from '../../../src/estate/digest.ts';
import type { Inventory } from '../../../src/inventory/schema.ts';
import type { MigrationPlan } from '../../../src/plans/plan.ts';
import { sha256Digest } from '../../../src/ports/hash.ts';
import { applyObjects } from '../../lab/cluster/kubectl.ts';
import { kubectl, labPaths, vmNames, vmShell, vms } from '../../lab/handle.ts';
import { meshFacts, openWorld } from '../../lab/host-fixture.ts';
import { locateParts } from '../../lab/parts/all.ts';
import { shopImageName } from '../../lab/parts/images.ts';
import { entry, type Ground, PORT, UNIT } from './plans.ts';

/** An estate of one namespace in the lab, in a directory of its own. */
export async function prepareGround(directory: string, namespace: string): Promise<Ground & { file: string }> {
  const lab = parse(await readFile(labPaths().estate, 'utf8')) as { clusters: object[] };
  const file = join(directory, 'estate.yaml');
  const workload = { cluster: 'lab', namespace, kind: 'Deployment', name: 'one' };
  const clusters = lab.clusters.map((cluster) => ({ ...cluster, namespaces: [namespace] }));
  const services = [{ name: 'one', state: 'none', callers: 'none', workload }];
  await writeFile(file, stringify({ ...lab, name: namespace, clusters, services }), { mode: 0o600 });
  const { estate } = await openEstate(file, 1 << 20);
  return {
    file,
    estate,
    digest: estateDigest(estate, sha256Digest),
    inventory: await inventoryOf(estate, directory),
    namespace,
  };
}

/** What a rendered plan needs of an inventory: the hosts' names and addresses, and the mesh. */
async function inventoryOf(estate: Ground['estate'], directory: string): Promise<Inventory> {
  const world = openWorld(estate, directory);
  try {
    const hosts = vmNames.map((name) => ({ name, address: vms[name].address, hostname: name }));
    return { hosts, clusters: [{ name: 'lab', mesh: await meshFacts(world) }] } as unknown as Inventory;
  } finally {
    await world.ssh.close();
  }
}

export async function writePlan(directory: string, plan: MigrationPlan): Promise<string> {
  const file = join(directory, 'sample.plan.yaml');
  await writeFile(file, stringify(plan));
  return file;
}

export async function makeNamespace(namespace: string): Promise<void> {
  await applyObjects([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: namespace } }]);
}

/** Together with all that is in it; the next that is made under this name waits for the end of this one. */
export async function removeNamespaces(namespaces: readonly string[]): Promise<void> {
  await kubectl(['delete', 'namespace', ...namespaces, '--ignore-not-found', '--wait'], { timeoutMs: 120_000 });
}

/** Workloads without pods. */
export async function makeWorkloads(namespace: string): Promise<void> {
  await applyObjects(['one', 'two'].map((name) => deployment(namespace, name, 'lab.local/none', 0, {})));
}

/** A pod that calls, with a proxy, and one that answers, without; both stand still from then on. */
export async function makeCaller(namespace: string): Promise<void> {
  const image = shopImageName(await locateParts());
  const injected = { 'sidecar.istio.io/inject': 'true' };
  await applyObjects([
    entry(namespace),
    deployment(namespace, 'caller', image, 1, injected),
    deployment(namespace, 'twin', image, 1, {}),
  ]);
  for (const name of ['caller', 'twin'])
    await kubectl(['-n', namespace, 'rollout', 'status', `deployment/${name}`, '--timeout=60s'], { timeoutMs: 70_000 });
}

function deployment(namespace: string, name: string, image: string, replicas: number, labels: object): object {
  const selected = { app: name };
  const container = { name, image, imagePullPolicy: 'IfNotPresent', args: ['-name', name, '-listen', ':8080'] };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas,
      selector: { matchLabels: selected },
      template: { metadata: { labels: { ...selected, ...labels } }, spec: { containers: [container] } },
    },
  };
}

/** The unit that will retire. */
export async function makeUnit(host: 'vm-a' | 'vm-b'): Promise<void> {
  const text = `[Service]\nExecStart=/usr/local/bin/shopd -name sample -listen :${PORT}\n[Install]\nWantedBy=multi-user.target\n`;
  await vmShell(
    host,
    `printf '${text.replaceAll('\n', '\\n')}' > /etc/systemd/system/${UNIT}\nsystemctl daemon-reload\nsystemctl enable --now ${UNIT}`,
  );
}

export async function removeUnit(host: 'vm-a' | 'vm-b'): Promise<void> {
  await vmShell(
    host,
    `systemctl disable --now ${UNIT}; rm -f /etc/systemd/system/${UNIT}; systemctl daemon-reload; true`,
  );
}
