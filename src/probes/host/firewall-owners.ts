import type { FirewallOwner } from '../../inventory/host-surroundings-schema.ts';
import type { Sections } from './sections.ts';

/** Names of chains, by the program that makes them. */
const CHAINS: readonly (readonly [RegExp, string])[] = [
  [/^DOCKER/, 'docker'],
  [/^NETAVARK/, 'podman'],
  [/^ufw6?-/, 'ufw'],
  [/^(f2b|fail2ban)-/, 'fail2ban'],
  [/^KUBE-/, 'kube-proxy'],
  [/^(CNI|FLANNEL|WEAVE)-/, 'cni'],
  [/^cali-/, 'calico'],
  [/^(OLD_)?CILIUM_/, 'cilium'],
  [/^LIBVIRT_/, 'libvirt'],
  [/^ISTIO_/, 'istio'],
  [/^(IN|FWD|FWDI|FWDO|PRE|POST)_|^(INPUT|FORWARD|OUTPUT|PREROUTING|POSTROUTING)_(direct|ZONES|POLICIES)/, 'firewalld'],
  [/^sshguard/, 'sshguard'],
  [/^CROWDSEC/, 'crowdsec'],
];

/** Tables of nftables, by the program that makes them. */
const TABLES: readonly (readonly [RegExp, string])[] = [
  [/^firewalld/, 'firewalld'],
  [/^f2b-/, 'fail2ban'],
  [/^docker-/, 'docker'],
  [/^netavark/, 'podman'],
  [/^kube-proxy/, 'kube-proxy'],
  [/^crowdsec/, 'crowdsec'],
  [/^libvirt/, 'libvirt'],
];

/** Units that put rules in, with the program's name for the same. */
const UNITS: Readonly<Record<string, string>> = {
  'docker.service': 'docker',
  'podman.service': 'podman',
  'kubelet.service': 'kube-proxy',
  'k3s.service': 'kube-proxy',
};

const MAX_SIGNS = 20;
const WELL_FORMED = /^[\w.:@-]{1,64}$/;

/** Who writes firewall rules on a host, by chains, tables and units. Undefined where the rules could not be listed. */
export function readFirewallOwners(sections: Sections): FirewallOwner[] | undefined {
  if (sections.lines('unseen').some((line) => line.startsWith('firewall-rules '))) return undefined;
  const found = new Map<string, Set<string>>();
  const add = (owner: string, sign: string): void => {
    const signs = found.get(owner) ?? new Set();
    found.set(owner, signs.size < MAX_SIGNS ? signs.add(sign) : signs);
  };
  for (const line of sections.lines('ruler'))
    if (UNIT_NAME.test(line)) add(UNITS[line] ?? line.replace(/\.service$/, ''), line);
  const hasNativeUnit = found.has('nftables');
  for (const { name, sign } of chains(sections)) add(ownerIn(CHAINS, name) ?? 'unknown', sign);
  for (const { name, sign } of nativeTables(sections))
    add(ownerIn(TABLES, name) ?? (hasNativeUnit ? 'nftables' : 'unknown'), sign);
  return [...found]
    .map(([owner, signs]) => ({ owner, signs: [...signs] }))
    .toSorted((a, b) => (a.owner < b.owner ? -1 : 1));
}

const UNIT_NAME = /^[\w-]{1,40}\.service$/;

/** Chains of their own that others than meshway have. */
function chains(sections: Sections): { name: string; sign: string }[] {
  return sections.lines('chain').flatMap((line) => {
    const [table = '', name = '', ...rest] = line.split(' ');
    if (rest.length > 0 || !WELL_FORMED.test(table) || !WELL_FORMED.test(name) || name.startsWith('MESHWAY_'))
      return [];
    return [{ name, sign: `chain ${name} of ${table}` }];
  });
}

/** Tables of nftables but for those that iptables makes for itself. */
function nativeTables(sections: Sections): { name: string; sign: string }[] {
  return sections.lines('nftable').flatMap((line) => {
    const [, family = '', name = ''] = /^table (\w{1,10}) ([\w.:@-]{1,64})$/.exec(line) ?? [];
    const isCompatible = /^ip6?$/.test(family) && /^(filter|nat|mangle|raw|security)$/.test(name);
    return name === '' || isCompatible ? [] : [{ name, sign: `table ${family} ${name}` }];
  });
}

function ownerIn(known: readonly (readonly [RegExp, string])[], name: string): string | undefined {
  return known.find(([pattern]) => pattern.test(name))?.[1];
}
