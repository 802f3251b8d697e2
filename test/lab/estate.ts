import { join } from 'node:path';
import { stringify } from 'yaml';
import { sha256File, writeWhole } from './files.ts';
import { locateParts } from './parts/all.ts';
import { places } from './paths.ts';
import { net, versions, vms } from './settings.ts';
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

async function estate(): Promise<object> {
  return {
    apiVersion: 'meshway/v1alpha1',
    kind: 'Estate',
    name: 'shop',
    provider: { name: 'istio', cluster: 'lab', artifacts: await artifacts() },
    ssh: { identityFile: places.sshKey(), knownHostsFile: places.knownHosts() },
    hosts: Object.values(vms).map(({ name, address, sshPort }) => ({
      name,
      address,
      ...(sshPort === 22 ? {} : { port: sshPort }),
      user: 'ops',
    })),
    clusters: [{ name: 'lab', kubeconfig: places.adminKubeconfig(), context: 'lab', namespaces: [shopNamespace] }],
    metrics: { prometheus: { url: `http://${net.host}:${net.prometheusPort}` } },
    services: services(),
    // Prometheus scrapes every second here and the load is steady, so short windows decide.
    policy: { gate: { bakeSeconds: 8, windowSeconds: 8, timeoutSeconds: 60 }, recycleAfterSeconds: 5 },
  };
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
  const deployment = (name: string) => ({ cluster: 'lab', namespace: shopNamespace, kind: 'Deployment', name });
  return [
    { name: 'web', owner: 'storefront', state: 'none', callers: 'none', workload: deployment('web') },
    {
      name: 'catalog',
      hostname: 'catalog.shop.internal',
      port: 8080,
      protocol: 'http',
      path: 'mesh-first',
      state: 'none',
      owner: 'catalogue',
      workload: { host: 'vm-a', unit: vms['vm-a'].unit },
      twin: deployment('catalog'),
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
