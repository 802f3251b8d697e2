import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Ansible's newest needs a newer Python than others do. */
const REQUIREMENTS = [
  'ansible-core==2.21.5; python_version >= "3.12"',
  'ansible-core==2.19.14; python_version < "3.12"',
  'pyinfra==3.10.0',
  'ClusterShell==1.10.1',
  'asyncssh==2.24.1',
];

export interface Peers {
  /** Where their programs are. */
  bin: string;
  versions: Record<string, string>;
}

/** The other tools, in a virtual environment of their own in the user's cache; installed by pip when they are not there. */
export function installPeers(): Peers {
  const directory = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'meshway', 'bench-hosts');
  const [bin, wanted] = [join(directory, 'bin'), join(directory, 'requirements.txt')];
  const requirements = `${REQUIREMENTS.join('\n')}\n`;
  if (!existsSync(wanted) || readFileSync(wanted, 'utf8') !== requirements) {
    console.log(
      'Installing Ansible, pyinfra, ClusterShell and asyncssh by pip, into a virtual environment of their own.',
    );
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    execFileSync('python3', ['-m', 'venv', directory], { stdio: 'inherit' });
    execFileSync(join(bin, 'pip'), ['install', '--quiet', ...REQUIREMENTS], { stdio: 'inherit' });
    writeFileSync(wanted, requirements);
  }
  return { bin, versions: { python: text(join(bin, 'python3'), '--version'), ...packages(bin) } };
}

function packages(bin: string): Record<string, string> {
  const names = new Set(['ansible-core', 'pyinfra', 'ClusterShell', 'asyncssh', 'paramiko']);
  const lines = text(join(bin, 'pip'), 'list', '--format=freeze').split('\n');
  const pairs = lines.map((line) => line.split('==')).map(([name = '', version = '']) => [name, version] as const);
  return Object.fromEntries(pairs.filter(([name]) => names.has(name)));
}

function text(program: string, ...args: string[]): string {
  return execFileSync(program, args, { encoding: 'utf8' }).trim();
}
