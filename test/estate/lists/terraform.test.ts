import { describe, expect, it } from 'vitest';
import { machine, read, state } from './read-checked.ts';

describe('a Terraform state', () => {
  it.each<[string, object, object]>([
    [
      'aws_instance',
      { private_ip: '10.0.0.1', public_ip: '192.0.2.1', tags: { Name: 'web-a' } },
      { name: 'web-a', address: '10.0.0.1' },
    ],
    ['aws_instance', { private_ip: '', public_ip: '192.0.2.1', tags: null }, { name: 'web', address: '192.0.2.1' }],
    [
      'google_compute_instance',
      { name: 'g1', network_interface: [{ network_ip: '10.0.0.2', access_config: [{ nat_ip: '192.0.2.2' }] }] },
      { name: 'g1', address: '10.0.0.2' },
    ],
    [
      'azurerm_linux_virtual_machine',
      { name: 'a1', private_ip_address: '10.0.0.3', admin_password: 'hunter2' },
      { name: 'a1', address: '10.0.0.3' },
    ],
    [
      'openstack_compute_instance_v2',
      { name: 'o1', access_ip_v4: '', network: [{ fixed_ip_v4: '10.0.0.4' }] },
      { name: 'o1', address: '10.0.0.4' },
    ],
    [
      'openstack_compute_instance_v2',
      { name: 'o6', access_ip_v4: '', access_ip_v6: '[2001:db8::1]', network: [] },
      { name: 'o6', address: '2001:db8::1' },
    ],
    ['vsphere_virtual_machine', { name: 'v1', default_ip_address: '10.0.0.5' }, { name: 'v1', address: '10.0.0.5' }],
    [
      'hcloud_server',
      { name: 'h1', ipv4_address: '192.0.2.6', network: [{ ip: '10.0.0.6' }] },
      { name: 'h1', address: '10.0.0.6' },
    ],
    [
      'digitalocean_droplet',
      { name: 'd1', ipv4_address: '192.0.2.7', ipv4_address_private: '10.0.0.7' },
      { name: 'd1', address: '10.0.0.7' },
    ],
    [
      'libvirt_domain',
      { name: 'l1', network_interface: [{ addresses: ['192.168.122.8'] }] },
      { name: 'l1', address: '192.168.122.8' },
    ],
  ])('has the name and address of %s', (type, attributes, host) => {
    expect(read(state([machine(type, attributes)]))).toMatchObject({ problems: [], hosts: [host] });
  });

  it('tells machines of one name apart by their place', () => {
    const instances = ['a', 'b'].map((key, index) => ({
      index_key: key,
      attributes: { private_ip: `10.0.0.${index}`, tags: { Name: 'web' } },
    }));
    const resource = { mode: 'managed', type: 'aws_instance', module: 'module.shop["eu"]', name: 'this', instances };
    expect(read(state([resource])).hosts.map(({ name }) => name)).toEqual(['shop-eu-this-a', 'shop-eu-this-b']);
  });

  it('keeps nothing of outputs, data sources, deposed objects, or what is sensitive', () => {
    const sensitive = [[{ type: 'get_attr', value: 'private_ip' }]];
    const text = state(
      [
        machine('aws_instance', { private_ip: '10.0.0.1', password_data: 'hunter2' }),
        machine(
          'aws_instance',
          { private_ip: '10.9.9.9', tags: { Name: 'hidden' } },
          { sensitive_attributes: sensitive },
        ),
        machine('aws_instance', { private_ip: '10.8.8.8' }, { deposed: 'abc' }),
        { ...machine('aws_instance', { private_ip: '10.7.7.7' }), mode: 'data' },
      ],
      { outputs: { key: { value: 'hunter2', sensitive: true } } },
    );
    const result = read(text);
    expect(result.hosts).toEqual([{ name: 'web', address: '10.0.0.1' }]);
    expect(result.problems.map(({ error }) => error.message)).toEqual([
      expect.stringMatching(/^MW1052: hosts: host "hidden".*sensitive/),
    ]);
    expect(JSON.stringify(result)).not.toMatch(/hunter2|10\.[789]/);
  });

  it.each([
    ['version 3', JSON.stringify({ version: 3, serial: 1, modules: [] }), 'MW1054', 'another version'],
    [
      'a pointer to a backend',
      JSON.stringify({ version: 3, serial: 1, backend: { type: 's3', config: { secret_key: 'hunter2' } } }),
      'MW1054',
      'remote backend',
    ],
    [
      'what show prints',
      JSON.stringify({ format_version: '1.0', terraform_version: '1.9.0', values: {} }),
      'MW1054',
      'terraform show',
    ],
    ['an encrypted state', JSON.stringify({ serial: 1, lineage: 'x', encrypted_data: 'eA==' }), 'MW1054', 'encrypted'],
    ['no machines', state([machine('null_resource', {})]), 'MW1059', 'no host'],
    ['JSON of another kind', '{"a":[1]}', 'MW1050', 'no kind'],
    ['broken JSON', '{"version": 4, ', 'MW1050', 'none'],
  ])('%s is refused', (_name, text, code, reason) => {
    const { problems } = read(text);
    expect(problems.map(({ error }) => error.message)).toEqual([expect.stringMatching(`^${code}: .*${reason}`)]);
    expect(problems[0]?.error.fixText).not.toContain('{');
  });

  it('says which kinds of machines it does not know', () => {
    const { hosts, problems } = read(
      state([machine('aws_instance', { private_ip: '10.0.0.1' }), machine('other_instance', {})]),
    );
    expect(hosts).toHaveLength(1);
    expect(problems.map(({ level, error }) => `${level} ${error.message}`)).toEqual([
      expect.stringMatching(/^warning MW1057.*other_instance/),
    ]);
  });
});
