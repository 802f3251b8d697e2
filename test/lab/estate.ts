import { join } from 'node:path';
import { stringify } from 'yaml';
import { sha256File, writeWhole } from './files.ts';
import { locateParts } from './parts/all.ts';
import { places } from './paths.ts';
import { net, type VmName, versions, vmNames, vms } from './settings.ts';
import { shopNamespace } from './shop/manifests.ts';

interface Artifact {
  readonly path: string;
  readonly version: string;
  readonly sha256: string;
}

/** Writes the estate file of the lab, and says where it is. */
export async function writeEstate(): Promise<string> {
  await writeWhole(places.estate(), stringify(await estate()), 0o600);
  return places.estate();
}

/** The estate file of the lab, as data. */
export async function estate(): Promise<{ services: object[]; [field: string]: unknown }> {
  return {
    apiVersion: 'meshway/v1alpha1',
    kind: 'Estate',
    name: 'shop',
    provider: { name: 'istio', cluster: 'lab', artifacts: await artifacts() },
    ssh: { identityFile: places.sshKey(), knownHostsFile: places.knownHosts() },
    hosts: vmNames.map(hostOf),
    clusters: [{ name: 'lab', kubeconfig: places.adminKubeconfig(), context: 'lab', namespaces: [shopNamespace] }],
    metrics: { prometheus: { url: `http://${net.host}:${net.prometheusPort}` } },
    services: services(),
    // Prometheus scrapes every second here and the load is steady, so short windows decide.
    policy: { gate: { bakeSeconds: 8, windowSeconds: 8, timeoutSeconds: 60 }, recycleAfterSeconds: 5 },
  };
}

/** A virtual machine, as an estate file names it. */
export function hostOf(vm: VmName): object {
  const { name, address, sshPort } = vms[vm];
  return { name, address, ...(sshPort === 22 ? {} : { port: sshPort }), user: 'ops' };
}

/** A Deployment of the shop, as an estate file names it. */
export function deploymentOf(name: string): object {
  return { cluster: 'lab', namespace: shopNamespace, kind: 'Deployment', name };
}

async function artifacts(): Promise<Record<string, Artifact>> {
  const { istio, envoy } = await locateParts();
  const artifact = async (path: string, version: string) => ({ path, version, sha256: await sha256File(path) });
  return {
    pilotAgent: await artifact(join(istio, 'pilot-agent'), versions.istio),
    envoy: await artifact(join(envoy, 'envoy'), versions.envoy),
    bootstrap: await artifact(join(istio, 'envoy_bootstrap.json'), versions.istio),
  };
}

function services(): object[] {
  return [
    { name: 'web', owner: 'storefront', state: 'none', callers: 'none', workload: deploymentOf('web') },
    {
      name: 'catalog',
      hostname: 'catalog.shop.internal',
      port: 8080,
      protocol: 'http',
      path: 'mesh-first',
      state: 'none',
      owner: 'catalogue',
      workload: { host: 'vm-a', unit: vms['vm-a'].unit },
      twin: deploymentOf('catalog'),
    },
    {
      name: 'pricing',
      hostname: 'pricing.shop.internal',
      port: 8081,
      protocol: 'http',
      path: 'stay',
      state: 'local',
      owner: 'pricing',
      workload: { host: 'vm-b', unit: vms['vm-b'].unit },
      namespace: shopNamespace,
    },
  ];
}
