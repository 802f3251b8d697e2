import { homedir } from 'node:os';
import { basename, join } from 'node:path';
import type { VmName } from './settings.ts';

/** Where built parts are kept, across runs of the lab. */
export function cacheDir(): string {
  const base = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(base, 'meshway-lab');
}

const defaultStateDir = '/var/lib/meshway-lab';

/** Where one run of the lab keeps its state. */
export function stateDir(): string {
  return process.env['MESHWAY_LAB_DIR'] ?? defaultStateDir;
}

/** Top cgroup of all that the lab starts, in every hierarchy: each state directory has its own. */
export function cgroupName(): string {
  return stateDir() === defaultStateDir ? 'mwlab' : `mwlab-${basename(stateDir())}`;
}

/** A path inside the state directory. */
export function state(...parts: string[]): string {
  return join(stateDir(), ...parts);
}

/** A file of the lab's certificate authority or of one of its certificates. */
export function pki(file: string): string {
  return state('pki', file);
}

/** Log file of a daemon. */
export function logFile(name: string): string {
  return state('logs', `${name}.log`);
}

/** A path inside the state of one virtual machine. */
export function vmDir(vm: VmName, ...parts: string[]): string {
  return state('vms', vm, ...parts);
}

/** Root directory of a virtual machine, as the host sees it while it is mounted. */
export function vmRoot(vm: VmName, ...parts: string[]): string {
  return vmDir(vm, 'root', ...parts);
}

/** The fixed places that tests use. */
export const places = {
  adminKubeconfig: () => state('kubeconfig'),
  viewerKubeconfig: () => state('kubeconfig-viewer'),
  sshKey: () => state('ssh', 'id_ed25519'),
  knownHosts: () => state('ssh', 'known_hosts'),
  counts: () => state('counts'),
  estate: () => state('estate.yaml'),
  grownEstate: () => state('estate-grown.yaml'),
};
