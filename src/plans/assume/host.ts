import { type Estate, type EstateHost, isUnitRef } from '../../estate/schema.ts';
import type { HostFacts } from '../../inventory/schema.ts';
import { isAddress } from '../../inventory/triable.ts';

/** The host with an address, which its proxy registers: one that the estate reaches by name gets one that nobody has (RFC 2544). */
export function withAddress(host: EstateHost, at: number, note: (subject: string, assumption: string) => void): EstateHost {
  if (isAddress(host.address)) return host;
  const address = `198.18.${Math.floor(at / 250)}.${(at % 250) + 1}`;
  note(`host ${host.name}`, `its address is ${address}; the estate reaches it by the name ${host.address}`);
  return { ...host, address };
}

/** A host as planning wants it, of which the estate alone tells: a plain systemd machine that runs its units. */
export function assumedHost(estate: Estate, { name, address, port }: EstateHost): HostFacts {
  const own = estate.services.filter(({ workload }) => isUnitRef(workload) && workload.host === name);
  const units = own.flatMap(({ workload }) => (isUnitRef(workload) ? [workload.unit] : []));
  return {
    name,
    address,
    hostname: name,
    arch: 'unknown',
    os: { id: 'unknown', version: 'unknown', kernel: 'unknown', libc: 'unknown' },
    initSystem: 'systemd',
    privilege: 'sudo',
    sshdPorts: [port],
    firewall: { backend: 'iptables-nft', iptablesPath: 'iptables', foreignNatRules: 0 },
    clockOffsetMs: 0,
    nameservers: [],
    addresses: [address],
    meshed: false,
    units: [...new Set(units)].map((unit) => ({ name: unit, mainPid: 0, user: 'unknown', activeState: 'unknown', enabled: 'unknown', declares: [] })),
    listeners: [],
    flows: [],
    names: namesOf(estate),
  };
}

/** Every name of a service leads to where it runs now. */
function namesOf(estate: Estate): Record<string, string[]> {
  const addressOf = new Map(estate.hosts.map(({ name, address }) => [name, address]));
  const answers = estate.services.flatMap(({ hostname, workload }): [string, string[]][] => {
    if (hostname === undefined) return [];
    return [[hostname, [isUnitRef(workload) ? (addressOf.get(workload.host) ?? workload.host) : hostname]]];
  });
  return Object.fromEntries(answers);
}
