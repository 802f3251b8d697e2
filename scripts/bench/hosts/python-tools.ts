import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CONNECT_SECONDS, type Task, type Tool } from './tool.ts';

/**
 * What pyinfra is asked for: its facts about the machine, its network and its users. Not what is not there without
 * systemd, and not the firewall, whose one lock all endpoints of this machine would wait for.
 */
export const PYINFRA_FACTS = [
  ...['Hostname', 'Kernel', 'KernelVersion', 'Arch', 'Os', 'LinuxDistribution', 'Date', 'Mounts', 'Users', 'Groups'],
  ...['Selinux', 'Locales', 'SecurityLimits'],
]
  .map((name) => `server.${name}`)
  .concat(['hardware.Cpus', 'hardware.Memory', 'hardware.NetworkDevices', 'hardware.BlockDevices']);

/** Ansible gathers its full facts, with pipelining, which halves its connections' work; a row beside is as it comes. */
export function ansible(task: Task, isAsItComes = false): Tool {
  const { farm, hosts, bin, forks } = task;
  return {
    name: isAsItComes ? 'ansible setup, its defaults' : 'ansible setup, pipelining',
    kind: 'facts',
    isRepeated: false,
    argv: (directory) => {
      const python = `ansible_python_interpreter=${join(bin, 'python3')}`;
      const known = `ansible_ssh_common_args="-o UserKnownHostsFile=${farm.knownHostsFile} -o IdentitiesOnly=yes"`;
      const common = `ansible_port=${farm.port} ansible_user=${farm.user} ansible_ssh_private_key_file=${farm.identityFile} ${python} ${known}`;
      const lines = hosts.map(({ name, address }) => `${name} ansible_host=${address} ${common}\n`);
      writeFileSync(join(directory, 'inventory'), lines.join(''));
      return [
        join(bin, 'ansible'),
        'all',
        '-i',
        'inventory',
        '-m',
        'setup',
        ...(isAsItComes ? [] : ['-f', String(forks)]),
      ];
    },
    env: (directory) => ({
      ANSIBLE_HOME: join(directory, 'home'),
      ANSIBLE_REMOTE_TEMP: join(directory, 'remote'),
      ANSIBLE_SSH_CONTROL_PATH_DIR: join(directory, 'c'),
      ANSIBLE_NOCOLOR: '1',
      ANSIBLE_TIMEOUT: String(CONNECT_SECONDS),
      ...(isAsItComes ? {} : { ANSIBLE_PIPELINING: 'True' }),
    }),
    countAnswers: (directory) =>
      readFileSync(join(directory, 'stdout'), 'utf8').match(/^\S+ \| SUCCESS =>/gm)?.length ?? 0,
  };
}

/** By paramiko, in its own process. */
export function pyinfra({ farm, hosts, bin, forks }: Task): Tool {
  return {
    name: 'pyinfra facts',
    kind: 'in-process',
    isRepeated: false,
    argv: (directory) => {
      const data = {
        ssh_port: farm.port,
        ssh_user: farm.user,
        ssh_key: farm.identityFile,
        ssh_known_hosts_file: farm.knownHostsFile,
        ssh_strict_host_key_checking: 'yes',
        ssh_connect_timeout: CONNECT_SECONDS,
      };
      const inventory = hosts.map(({ address }) => `  (${JSON.stringify(address)}, ${JSON.stringify(data)}),\n`);
      writeFileSync(join(directory, 'inventory.py'), `hosts = [\n${inventory.join('')}]\n`);
      return [join(bin, 'pyinfra'), '-y', '--parallel', String(forks), 'inventory.py', 'fact', ...PYINFRA_FACTS];
    },
    env: () => ({}),
    countAnswers: (directory) => {
      const output = readFileSync(join(directory, 'stderr'), 'utf8');
      const last = PYINFRA_FACTS.at(-1) ?? '';
      const loaded = output.split('\n').filter((line) => line.endsWith(`Loaded fact ${last}`));
      return hosts.filter(({ address }) => loaded.some((line) => line.includes(`[${address}]`))).length;
    },
  };
}

/** The same script without the OpenSSH client: no ssh_config, no hardware keys, and no process for each host. */
export function asyncSsh({ farm, bin, forks, hostsFile, scriptFile }: Task): Tool {
  return {
    name: 'asyncssh, same script',
    kind: 'in-process',
    isRepeated: false,
    argv: () => [
      join(bin, 'python3'),
      join(import.meta.dirname, 'asyncssh-script.py'),
      hostsFile,
      scriptFile,
      String(farm.port),
      farm.user,
      farm.identityFile,
      farm.knownHostsFile,
      String(forks),
      String(CONNECT_SECONDS),
    ],
    env: () => ({}),
    countAnswers: (directory) =>
      readFileSync(join(directory, 'stdout'), 'utf8').match(/ meshway:end 0$/gm)?.length ?? 0,
  };
}
