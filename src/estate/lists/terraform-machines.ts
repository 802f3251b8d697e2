/** Where resources that are virtual machines keep their names and addresses, best first. */
export interface MachineShape {
  names: readonly string[];
  addresses: readonly string[];
}

/**
 * The types that are known, by their providers' documentation of attributes. Addresses inside the network go first: the
 * proxy of a host registers with the address that its callers reach.
 */
export const machines: Readonly<Record<string, MachineShape>> = {
  aws_instance: { names: ['tags.Name'], addresses: ['private_ip', 'public_ip', 'ipv6_addresses.0'] },
  azurerm_linux_virtual_machine: { names: ['name'], addresses: ['private_ip_address', 'public_ip_address'] },
  azurerm_windows_virtual_machine: { names: ['name'], addresses: ['private_ip_address', 'public_ip_address'] },
  // Its addresses are those of its network interfaces, which are resources of their own.
  azurerm_virtual_machine: { names: ['name'], addresses: [] },
  digitalocean_droplet: { names: ['name'], addresses: ['ipv4_address_private', 'ipv4_address', 'ipv6_address'] },
  google_compute_instance: {
    names: ['name'],
    addresses: ['network_interface.0.network_ip', 'network_interface.0.access_config.0.nat_ip'],
  },
  hcloud_server: { names: ['name'], addresses: ['network.0.ip', 'ipv4_address', 'ipv6_address'] },
  libvirt_domain: { names: ['name'], addresses: ['network_interface.0.addresses.0'] },
  linode_instance: { names: ['label'], addresses: ['private_ip_address', 'ip_address'] },
  oci_core_instance: { names: ['display_name'], addresses: ['private_ip', 'public_ip'] },
  openstack_compute_instance_v2: {
    names: ['name'],
    addresses: ['access_ip_v4', 'network.0.fixed_ip_v4', 'access_ip_v6', 'network.0.fixed_ip_v6'],
  },
  vsphere_virtual_machine: { names: ['name'], addresses: ['default_ip_address', 'guest_ip_addresses.0'] },
  vultr_instance: { names: ['label', 'hostname'], addresses: ['internal_ip', 'main_ip', 'v6_main_ip'] },
};

/** The text at a path such as `network.0.ip`; nothing where it is empty or of another type. IPv6 loses its brackets. */
export function textAt(data: unknown, path: string): string | undefined {
  let at: unknown = data;
  for (const step of path.split('.'))
    at =
      typeof at === 'object' && at !== null && Object.hasOwn(at, step)
        ? (at as Record<string, unknown>)[step]
        : undefined;
  return typeof at === 'string' && at.trim() !== '' ? at.trim().replace(/^\[([^\]]*)\]$/, '$1') : undefined;
}
