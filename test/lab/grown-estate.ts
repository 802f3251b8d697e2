import { stringify } from 'yaml';
import { deploymentOf, estate, hostOf } from './estate.ts';
import { writeWhole } from './files.ts';
import { places } from './paths.ts';
import { grownVmNames, net, type VmName } from './settings.ts';
import { shopNamespace } from './shop/manifests.ts';
import { stubborn } from './shop/stubborn.ts';

/** Writes the estate file of the grown shop, and says where it is. */
export async function writeGrownEstate(): Promise<string> {
  await writeWhole(places.grownEstate(), stringify(await grownEstate()), 0o600);
  return places.grownEstate();
}

/** The estate of the grown shop: that of the shop, three more services with an address, and programs that only call. */
export async function grownEstate(): Promise<object> {
  const small = await estate();
  return {
    ...small,
    hosts: grownVmNames.map(hostOf),
    services: [...small.services, ...servers, ...callers],
    exemptions: [
      {
        caller: `external/${net.applianceAddress}`,
        service: 'pricing',
        reason: 'a warehouse appliance: nothing can be installed on it',
      },
    ],
  };
}

const unit = (host: VmName, name: string): object => ({ workload: { host, unit: `${name}.service` } });

const servers: readonly object[] = [
  {
    name: 'stock',
    hostname: 'stock.shop.internal',
    port: 8082,
    protocol: 'http',
    path: 'stay',
    state: 'local',
    owner: 'warehouse',
    ...unit('vm-b', 'stock'),
    namespace: shopNamespace,
  },
  {
    name: 'ledger',
    hostname: 'ledger.shop.internal',
    port: 9090,
    protocol: 'tcp',
    serverFirst: true,
    path: 'stay',
    state: 'local',
    owner: 'finance',
    ...unit('vm-c', 'ledger'),
    namespace: shopNamespace,
  },
];

/** Nobody calls these, so they have neither name nor port. */
const callers: readonly object[] = [
  { ...onHost('reports', 'vm-c', 'finance'), callsRarely: ['pricing'] },
  { ...onHost('nightly', 'vm-c', 'finance'), callsRarely: ['pricing'] },
  onHost('audit', 'vm-a', 'finance'),
  {
    name: stubborn,
    owner: 'warehouse',
    state: 'none',
    callers: 'none',
    callsRarely: ['stock'],
    workload: deploymentOf(stubborn),
  },
];

function onHost(name: string, host: VmName, owner: string): object {
  return { name, path: 'stay', state: 'none', owner, callers: 'none', ...unit(host, name), namespace: shopNamespace };
}
