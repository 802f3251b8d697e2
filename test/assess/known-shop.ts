import { assess } from '../../src/assess/assess.ts';
import { foundElsewhere } from '../../src/assess/elsewhere.ts';
import type { Assessment } from '../../src/assess/schema.ts';
import { examine } from '../../src/inventory/findings.ts';
import type { HostFacts, Inventory } from '../../src/inventory/schema.ts';
import type { Estate } from '../../src/estate/schema.ts';
import { createPlan } from '../../src/plans/create.ts';
import { vmLabels } from '../../src/plans/vm-labels.ts';
import { sha256Digest } from '../../src/ports/hash.ts';
import { providerOf } from '../../src/providers/index.ts';
import { shopEstate, shopInventory, shopYaml, type ShopParts } from '../fakes/shop.ts';

const crds = [
  'httproutes.gateway.networking.k8s.io',
  'peerauthentications.security.istio.io',
  ...['serviceentries', 'workloadentries', 'workloadgroups'].map((kind) => `${kind}.networking.istio.io`),
];
export const POD = '198.51.100.5';

const connection = (
  direction: 'inbound' | 'outbound',
  process: string,
): Inventory['hosts'][number]['flows'][number] => ({
  direction,
  process,
  localAddress: '192.0.2.11',
  localPort: 8080,
  peerAddress: POD,
  peerPort: 8080,
});

/** What a host says of itself beside its services, all of it good. */
const known = (): Partial<HostFacts> => ({
  unseen: [],
  timers: [],
  unowned: [],
  translations: [],
  resolver: { hostsFile: [], order: ['files', 'dns'], search: [], options: [], upstreams: [] },
  management: [{ program: 'sshd', protocol: 'tcp', address: '0.0.0.0', port: 22, by: 'process' }],
  firewallOwners: [],
  clock: { source: 'chrony', synchronised: 'yes' },
  hardware: { processors: 2, memoryTotalBytes: 4e9, memoryAvailableBytes: 1e9, load: [0.1, 0.1, 0.1] },
});

/** The sample shop, all of whose facts are known and good: what is still open is open whatever discovery reads. */
export function knownShop(change: (parts: ShopParts) => void = () => undefined): Inventory {
  return shopInventory((parts) => {
    const { inventory, cluster, mesh, web, twin, vmA, vmB } = parts;
    Object.assign(cluster, {
      crds: Object.fromEntries(crds.map((name) => [name, ['v1']])),
      kubelets: ['v1.34.4'],
      namespaces: [],
      disruptionBudgets: [{ namespace: 'shop', name: 'all', selector: {} }],
      jobs: [],
      podWebhooks: [],
      policies: [],
      workloadGroups: [],
      workloadEntries: [
        {
          namespace: 'shop',
          name: 'spare',
          address: '192.0.2.77',
          group: 'spare',
          labels: {},
          connected: true,
          healthy: 'yes',
        },
      ],
      leases: [],
      quotas: [],
      autoscalers: [],
      gatewayCrds: [{ name: 'httproutes.gateway.networking.k8s.io', channel: 'standard', bundleVersion: 'v1.6.0' }],
      safeUpgrades: true,
      leftovers: [],
    });
    const proxyResources = { requests: { cpu: 100, memory: 128 * 2 ** 20 }, limits: {} };
    Object.assign(mesh, { caAddress: '', cni: false, nativeSidecars: 'on', proxyResources });
    for (const pods of [web, twin])
      Object.assign(pods, { initContainers: [], runsAs: [], unprobed: [], withoutPreStop: [], meshes: [], claims: [] });
    web.podAddresses = [POD];
    for (const host of [vmA, vmB]) Object.assign(host, known());
    const to = inventory.capturedAt;
    const from = new Date(Date.parse(to) - 900_000).toISOString();
    inventory.window = { from, to, samples: 90, failed: {} };
    for (const host of [vmA, vmB]) host.flows = [connection('inbound', 'app'), connection('outbound', 'envoy')];
    for (const { evidence } of inventory.dependencies) for (const one of evidence) one.confidence = 'observed';
    change(parts);
  });
}

/** What the command makes of an estate and its inventory. */
export function assessed(inventory: Inventory, estate: Estate = shopEstate(shopYaml), ageMs = 0): Assessment {
  const takenMs = Date.parse(inventory.capturedAt);
  const findings = examine(estate, inventory.hosts, inventory.clusters, takenMs);
  const digest = sha256Digest('x');
  const provider = providerOf('istio');
  const plan = createPlan({
    id: estate.name,
    estate,
    inventory: { ...inventory, findings },
    provider,
    digests: { estate: digest, inventory: digest },
    hash: sha256Digest,
  });
  return assess({
    ...{ estate, inventory, nowMs: takenMs + ageMs, found: foundElsewhere(findings, plan) },
    vmLabels: vmLabels(estate.services, provider),
  });
}
