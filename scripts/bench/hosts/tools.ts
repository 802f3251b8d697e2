import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sshArguments } from '../../../src/ports/ssh-arguments.ts';
import { wrapScript } from '../../../src/ports/ssh-quote.ts';
import { HOST_SCRIPT } from '../../../src/probes/host/script.ts';
import { ansible, asyncSsh, pyinfra } from './python-tools.ts';
import type { Endpoint, Farm } from './farm.ts';
import { CONNECT_SECONDS, type Task, type Tool } from './tool.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const DONE = /meshway:end 0/g;

/** Writes what the tools read about these hosts. */
export function prepareTask(
  farm: Farm,
  scenario: string,
  hosts: readonly Endpoint[],
  forks: number,
  bin: string,
): Task {
  const at = (name: string): string => join(farm.directory, `${scenario}.${name}`);
  writeFileSync(at('hosts'), hosts.map(({ address }) => `${address}\n`).join(''));
  writeFileSync(at('script'), wrapScript(HOST_SCRIPT, { names: '', units: 'app.service' }));
  const target = { name: 'host', address: '127.77.1.1', ...farm };
  const sshOptions = sshArguments(target, { kind: 'own' }, CONNECT_SECONDS).slice(0, -2);
  return { farm, hosts, forks, bin, hostsFile: at('hosts'), scriptFile: at('script'), sshOptions };
}

/** All tools with the same number of hosts at a time; with `defaults` also those whose own defaults differ much. */
export function toolsOf(task: Task, { defaults }: { defaults: boolean }): Tool[] {
  const equal = [mesh(task), clush(task), xargs(task), asyncSsh(task), pyinfra(task), ansible(task)];
  return defaults ? [...equal, ansible(task, true)] : equal;
}

function mesh({ farm, hosts, forks }: Task): Tool {
  return {
    name: 'mesh discover',
    kind: 'ours',
    isRepeated: true,
    argv: (directory) => {
      writeFileSync(join(directory, 'estate.yaml'), estateOf(farm, hosts));
      return [process.execPath, join(root, 'bin', 'mesh.js'), 'discover', '--forks', String(forks)];
    },
    env: () => ({}),
    countAnswers: (directory) => {
      const inventory = JSON.parse(readFileSync(join(directory, 'inventory.json'), 'utf8')) as { hosts: unknown[] };
      return inventory.hosts.length;
    },
  };
}

/** One cluster has to be there for the estate to be one; its kubeconfig is not. */
function estateOf(farm: Farm, hosts: readonly Endpoint[]): string {
  return [
    'apiVersion: meshway/v1alpha1',
    'kind: Estate',
    'name: bench',
    'provider: { name: istio, cluster: none }',
    `ssh: { identityFile: ${farm.identityFile}, knownHostsFile: ${farm.knownHostsFile} }`,
    'clusters: [{ name: none, kubeconfig: ./none, namespaces: [app] }]',
    'hosts:',
    ...hosts.map(
      ({ name, address }) => `  - { name: ${name}, address: ${address}, port: ${farm.port}, user: ${farm.user} }`,
    ),
    `services: [{ name: app, workload: { host: ${hosts[0]?.name ?? ''}, unit: app.service } }]`,
    '',
  ].join('\n');
}

/** ClusterShell with its lines of output as they come; it hands standard input to every host. */
function clush({ farm, forks, bin, hostsFile, scriptFile, sshOptions }: Task): Tool {
  const options = ['-f', String(forks), '-t', String(CONNECT_SECONDS), '-u', '60', '-l', farm.user];
  return {
    name: 'clush, same script',
    kind: 'peer',
    isRepeated: true,
    argv: () => [
      join(bin, 'clush'),
      '--hostfile',
      hostsFile,
      ...options,
      '-o',
      sshOptions.map((word) => word.replaceAll('"', '')).join(' '),
      '/bin/sh -s',
    ],
    env: () => ({}),
    input: scriptFile,
    countAnswers: (directory) => readFileSync(join(directory, 'stdout'), 'utf8').match(DONE)?.length ?? 0,
  };
}

/** No tool at all: what the OpenSSH client costs by itself. */
function xargs({ farm, forks, hostsFile, scriptFile, sshOptions }: Task): Tool {
  const options = sshOptions.map((word) => `'${word}'`).join(' ');
  return {
    name: 'xargs -P ssh, same script',
    kind: 'peer',
    isRepeated: true,
    argv: (directory) => {
      mkdirSync(join(directory, 'answers'));
      const one = `#!/bin/sh\nexec ssh ${options} -- "${farm.user}@$1" /bin/sh -s < '${scriptFile}' > "answers/$1"\n`;
      writeFileSync(join(directory, 'one'), one, { mode: 0o755 });
      return ['xargs', '-a', hostsFile, '-P', String(forks), '-n', '1', './one'];
    },
    env: () => ({}),
    countAnswers: (directory) =>
      readdirSync(join(directory, 'answers')).filter((name) =>
        readFileSync(join(directory, 'answers', name), 'utf8').includes('meshway:end 0'),
      ).length,
  };
}
