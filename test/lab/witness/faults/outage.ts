import { apiserver } from '../../cluster/control-plane.ts';
import { endDaemon, ensureDaemon } from '../../daemon.ts';
import { run } from '../../exec.ts';
import { ssh, type VmName } from '../../handle.ts';
import { locateParts } from '../../parts/all.ts';
import { waitFor } from '../../progress.ts';
import { prometheus } from '../../prometheus.ts';
import type { Fault } from './fault.ts';

const MINUTE_MS = 60_000;

/** The collector is killed; nobody measures anything until it is back. */
export const prometheusStopped: Fault = {
  name: 'Prometheus stopped for 60 s',
  lastsMs: MINUTE_MS,
  begin: () => endDaemon('prometheus'),
  end: async () => ensureDaemon(await prometheus()),
};

/** The API server is killed; nothing can be read or changed in the cluster until it is back. */
export const apiServerStopped: Fault = {
  name: 'API server stopped for 60 s',
  lastsMs: MINUTE_MS,
  begin: () => endDaemon('kube-apiserver'),
  end: async () => ensureDaemon(apiserver(await locateParts())),
};

/** The network of a virtual machine is unplugged: its programs go on, and reach nobody. */
export function cutOff(vm: VmName): Fault {
  const plug = (state: 'up' | 'down') => run('ip', ['link', 'set', `vb-${vm}`, state]);
  return {
    name: `network to ${vm} cut for 60 s`,
    lastsMs: MINUTE_MS,
    begin: async () => void (await plug('down')),
    async end() {
      await plug('up');
      await waitFor(`a login at ${vm}`, 30_000, async () => (await ssh(vm, 'true', { tolerant: true })).ok);
    },
  };
}
