import { Resolver } from 'node:dns/promises';
import { join } from 'node:path';
import type { Daemon } from '../daemon.ts';
import { succeeds } from '../exec.ts';
import { writeWhole } from '../files.ts';
import { state } from '../paths.ts';
import type { Parts } from '../parts/all.ts';
import { waitFor } from '../progress.ts';
import { net, vms } from '../settings.ts';
import { kubeconfigPath } from './certs.ts';

/** Names of the shop, as everybody resolves them. */
export const shopRecords: Readonly<Record<string, string>> = {
  catalog: vms['vm-a'].address,
  pricing: vms['vm-b'].address,
  stock: vms['vm-b'].address,
  ledger: vms['vm-c'].address,
  till: vms['vm-b'].address,
};

const zoneText = (records = shopRecords, serial = 1): string =>
  [
    '$ORIGIN shop.internal.',
    '$TTL 5',
    `@ IN SOA ns.shop.internal. ops.shop.internal. ${serial} 60 60 3600 5`,
    `@ IN NS ns.shop.internal.`,
    `ns IN A ${net.host}`,
    ...Object.entries(records).map(([name, address]) => `${name} IN A ${address}`),
    '',
  ].join('\n');

// Each block for itself: CoreDNS orders plugins by itself, and a template in the first block would swallow the cluster's names.
const corefile = (): string => `cluster.local in-addr.arpa ip6.arpa {
  bind ${net.host}
  errors
  kubernetes cluster.local in-addr.arpa ip6.arpa {
    kubeconfig ${kubeconfigPath('admin')}
    ttl 5
  }
}
shop.internal {
  bind ${net.host}
  errors
  reload 2s
  file ${state('dns', 'shop.internal.zone')} {
    reload 2s
  }
}
. {
  bind ${net.host}
  template ANY ANY . {
    rcode NXDOMAIN
  }
}
`;

/** The name server of virtual machines and pods. It asks nobody else. */
export async function coreDns(parts: Parts): Promise<Daemon> {
  await writeWhole(state('dns', 'shop.internal.zone'), zoneText());
  await writeWhole(state('dns', 'Corefile'), corefile());
  return {
    name: 'coredns',
    command: [join(parts.coredns, 'coredns'), '-conf', state('dns', 'Corefile')],
    ready: () => succeeds('python3', ['-c', probe, net.host]),
  };
}

const probe = `
import socket, sys
query = bytes.fromhex('abcd01000001000000000000') + b'\\x07catalog\\x04shop\\x08internal\\x00\\x00\\x01\\x00\\x01'
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(1)
s.sendto(query, (sys.argv[1], 53))
reply = s.recv(512)
sys.exit(0 if reply[3] & 15 == 0 and reply[7] else 1)
`;

/** As whoever runs the zone would: other answers, a new serial (CoreDNS reloads no zone without one), and a look at what is served. */
async function editZone(records: Readonly<Record<string, string>>): Promise<void> {
  await writeWhole(state('dns', 'shop.internal.zone'), zoneText(records, Math.floor(Date.now() / 1000)));
  await waitFor('the zone as it was written', 30_000, () => isServed(records));
}

async function isServed(records: Readonly<Record<string, string>>): Promise<boolean> {
  const resolver = new Resolver({ timeout: 2_000, tries: 1 });
  resolver.setServers([net.host]);
  const answers = Object.entries(records).map(async ([name, address]) => {
    const found = await resolver.resolve4(`${name}.shop.internal`).catch(() => []);
    return found.join() === address;
  });
  return (await Promise.all(answers)).every(Boolean);
}

/** Lets a name of the shop answer another address, until {@link restoreNames}. */
export async function answerFor(name: string, address: string): Promise<void> {
  await editZone({ ...shopRecords, [name]: address });
}

/** Lets all names of the shop answer as they did at first. */
export async function restoreNames(): Promise<void> {
  if (!(await isServed(shopRecords))) await editZone(shopRecords);
}

/** The cluster's name service: a Service whose one endpoint is the name server on the host. */
export const dnsObjects: readonly object[] = [
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'kube-dns', namespace: 'kube-system', labels: { 'k8s-app': 'kube-dns' } },
    spec: {
      clusterIP: net.dnsServiceIp,
      ports: [
        { name: 'dns', port: 53, protocol: 'UDP' },
        { name: 'dns-tcp', port: 53, protocol: 'TCP' },
      ],
    },
  },
  {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    addressType: 'IPv4',
    metadata: { name: 'kube-dns-host', namespace: 'kube-system', labels: { 'kubernetes.io/service-name': 'kube-dns' } },
    endpoints: [{ addresses: [net.host], conditions: { ready: true } }],
    ports: [
      { name: 'dns', port: 53, protocol: 'UDP' },
      { name: 'dns-tcp', port: 53, protocol: 'TCP' },
    ],
  },
];
