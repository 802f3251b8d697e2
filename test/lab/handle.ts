import { join } from 'node:path';
import { kubectl as runKubectl, kubectlPath } from './cluster/kubectl.ts';
import type { RunOptions, RunResult } from './exec.ts';
import { run } from './exec.ts';
import { istio } from './parts/istio.ts';
import { partDir } from './parts/part.ts';
import { places, stateDir } from './paths.ts';
import type { VmName } from './settings.ts';
import { net, vms } from './settings.ts';
import { inVm } from './vm/machine.ts';

export { writeEstate } from './estate.ts';
export { writeGrownEstate } from './grown-estate.ts';
export type { RunOptions, RunResult } from './exec.ts';
export { cacheDir, stateDir } from './paths.ts';
export type { VmName } from './settings.ts';
export { answerFor, restoreNames } from './cluster/dns.ts';
export { grownVmNames, net, vmNames, vms } from './settings.ts';
export { grownCallers, type GrownShop } from './shop/grown.ts';
export { shopNamespace } from './shop/manifests.ts';
export { clearCounts, startLoad, stopLoad } from './shop/load.ts';
export { resetShop } from './shop/reset.ts';
export { killVm, leaderPid, rebootVm, startVm } from './vm/machine.ts';

/** Where a test finds what it needs. */
export interface LabPaths {
  readonly state: string;
  readonly estate: string;
  readonly kubeconfig: string;
  /** A user who may only get and list pods in the shop's namespace. */
  readonly viewerKubeconfig: string;
  readonly sshKey: string;
  readonly knownHosts: string;
  readonly counts: string;
  readonly kubectl: string;
  readonly istioctl: string;
  readonly prometheusUrl: string;
}

/** The paths of the lab that runs. */
export function labPaths(): LabPaths {
  return {
    state: stateDir(),
    estate: places.estate(),
    kubeconfig: places.adminKubeconfig(),
    viewerKubeconfig: places.viewerKubeconfig(),
    sshKey: places.sshKey(),
    knownHosts: places.knownHosts(),
    counts: places.counts(),
    kubectl: kubectlPath(),
    istioctl: join(partDir(istio), 'istioctl'),
    prometheusUrl: `http://${net.host}:${net.prometheusPort}`,
  };
}

/** Runs a script as root in a virtual machine, by its namespaces: no sshd and no network is needed. */
export function vmShell(
  vm: VmName,
  script: string,
  options: { tolerant?: boolean; timeoutMs?: number } = {},
): Promise<RunResult> {
  return inVm(vm, script, options);
}

/** Runs kubectl as the lab's administrator. */
export function kubectl(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return runKubectl(args, options);
}

/** Runs istioctl as the lab's administrator. */
export function istioctl(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return run(labPaths().istioctl, ['--kubeconfig', places.adminKubeconfig(), ...args], options);
}

/** Runs a command on a virtual machine as its operator would, over ssh. */
export function ssh(vm: VmName, command: string, options: RunOptions = {}): Promise<RunResult> {
  const { address, sshPort } = vms[vm];
  const settings = [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    `UserKnownHostsFile=${places.knownHosts()}`,
    'IdentitiesOnly=yes',
  ];
  const flags = [
    '-F',
    'none',
    '-i',
    places.sshKey(),
    '-p',
    String(sshPort),
    ...settings.flatMap((setting) => ['-o', setting]),
  ];
  return run('ssh', [...flags, `ops@${address}`, '--', command], options);
}
