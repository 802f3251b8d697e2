import { isUnitRef } from '../../estate/schema.ts';
import type { HostFacts } from '../../inventory/schema.ts';
import type { EstateView } from '../view.ts';
import type { LockedFields } from './lock.ts';

/**
 * What a join depends on of a host: how it is reached and by which ports, what its capture is loaded with, which of its
 * units serve, and on which ports. Process ids, loads and what other units do are not of it.
 */
export function hostFields(view: EstateView, facts: HostFacts): LockedFields {
  const services = view.servicesOn(facts.name);
  const units = new Set(services.flatMap(({ workload }) => (isUnitRef(workload) ? [workload.unit] : [])));
  const ports = new Set(services.flatMap(({ port }) => port ?? []));
  const listens = facts.listeners.filter(({ unit, port }) => units.has(unit ?? '') || ports.has(port));
  return {
    address: facts.address,
    addresses: facts.addresses.toSorted(),
    arch: facts.arch,
    os: `${facts.os.id} ${facts.os.version}`,
    kernel: facts.os.kernel,
    libc: facts.os.libc,
    initSystem: facts.initSystem,
    privilege: facts.privilege,
    sshdPorts: facts.sshdPorts.toSorted((a, b) => a - b),
    firewall: `${facts.firewall.backend} ${facts.firewall.iptablesPath}`.trim(),
    meshed: facts.meshed,
    units: facts.units.filter(({ name }) => units.has(name)).map(unitText).toSorted(),
    listeners: [...new Set(listens.map(listenerText))].toSorted(),
  };
}

const unitText = ({ name, activeState, enabled, user }: HostFacts['units'][number]): string => `${name} ${activeState} ${enabled} ${user}`;
const listenerText = ({ protocol, address, port, unit }: HostFacts['listeners'][number]): string =>
  `${protocol} ${address}:${port} ${unit ?? ''}`.trim();
