import { hostChecks } from '../../src/execute/checks/host.ts';
import { labPaths, resetShop, vms, vmShell } from './handle.ts';
import { answerOf } from './host-clients.ts';
import { captureOperation } from './host-errors.ts';
import { openHostLab, type HostLab } from './host-fixture.ts';
import { recreateGuardedVm } from './vm/guarded.ts';

/** The machine that gets firewalld and Docker. */
export const VM = 'vm-b';
export const { address, sshPort } = vms[VM];
/** What its own service listens on, and is captured. */
export const PORT = 8081;

/** A joined machine with firewalld and Docker on its disk, and what is asked of it over and over. */
export interface GuardedHost {
  readonly lab: HostLab;
  capture(): Promise<string[]>;
  uncapture(): Promise<string[]>;
  /** The answer of `host.captured`, and whether somebody can log in. */
  state(): Promise<unknown>;
  probe(): Promise<string>;
  close(): Promise<void>;
}

/** How a captured host answers, and one that lost its capture. */
export const CAPTURED_AND_OPEN = [{ answer: 'yes' }, { answer: 'yes' }];
export const PLAIN_AND_OPEN = [{ answer: 'no', why: 'no rules are there' }, { answer: 'yes' }];

/** Runs a script as root on the machine, past its network. */
export async function shell(script: string): Promise<string> {
  return (await vmShell(VM, script, { timeoutMs: 90_000 })).stdout;
}

/** Who answers on a port of the machine, and through what. */
export async function answer(port: number): Promise<string> {
  return await answerOf(address, port);
}

export async function openGuardedHost(): Promise<GuardedHost> {
  await resetShop();
  await recreateGuardedVm(VM);
  const lab = await openHostLab(labPaths().estate, VM, [PORT], labPaths().state);
  await lab.makeIdentity();
  const operation = captureOperation(lab, 30);
  return {
    lab,
    capture: () => lab.apply(operation),
    uncapture: () => lab.apply({ op: 'host.uncapture', host: VM }),
    state: () => stateOf(lab),
    probe: () => lab.probe(operation),
    close: () => close(lab),
  };
}

async function stateOf({ world }: HostLab): Promise<unknown> {
  return [
    await hostChecks['host.captured']({ check: 'host.captured', host: VM, captured: true }, world),
    await hostChecks['host.login']({ check: 'host.login', host: VM }, world),
  ];
}

/** The machine is as it always is afterwards. */
async function close(lab: HostLab): Promise<void> {
  await lab.leave();
  await lab.removeIdentity();
  await lab.world.ssh.close();
  await resetShop();
}
