import { containerScope } from '../../inventory/container-scope.ts';
import type { UnownedProcess } from '../../inventory/schema.ts';
import type { Sections } from './sections.ts';
import { UNIT } from './units.ts';

/** Names of processes and the units they belong to, by process id. */
export interface Processes {
  nameOf(pid: number | undefined): string | undefined;
  unitOf(pid: number | undefined): string | undefined;
  /** Processes of whom nobody but a login, or nobody at all, is the owner. */
  unowned: UnownedProcess[];
}

/** Logins end, and what they started with them; sshd itself is in them by its nature. */
const SESSION = /^session-.{1,64}\.scope$/;
const LOGIN = /^(sshd|sshd-session|systemd|\(sd-pam\)|login|sudo)$/;
/** Control groups of container engines: what runs there has an owner, which is no unit. */
const CONTAINER = /(^|\/)(docker|libpod|kubepods|cri-containerd|crio|lxc|machine)([-./]|$)/;

/** Reads /proc/PID/comm and /proc/PID/cgroup: systemd's own hierarchy says the unit, on either version of cgroups. */
export function readProcesses(sections: Sections): Processes {
  const names = new Map<number, string>();
  const groups = new Map<number, string>();
  const users = new Map<number, string>();
  for (const line of sections.lines('process')) {
    const [, id = '', what = '', rest = ''] = /^(\d{1,9}) (comm|user|0:|\d+:name=systemd)[ :](.*)$/.exec(line) ?? [];
    const pid = Number(id);
    if (what === 'comm') names.set(pid, printable(rest));
    else if (what === 'user') users.set(pid, printable(rest));
    else if (what !== '' && (what !== '0:' || unitIn(groups.get(pid) ?? '') === undefined)) groups.set(pid, rest);
  }
  const unitOf = (pid = -1): string | undefined => unitIn(groups.get(pid) ?? '');
  const unowned = [...names].flatMap(([pid, process]): UnownedProcess[] => {
    const [unit, user] = [unitOf(pid), users.get(pid)];
    const isSession = unit !== undefined && SESSION.test(unit);
    if ((unit !== undefined && !isSession) || LOGIN.test(process) || pid < 1) return [];
    // Without a control group nothing tells whose it is.
    if (!groups.has(pid) || CONTAINER.test(groups.get(pid) ?? '')) return [];
    return [{ pid, process, ...(user === undefined ? {} : { user }), ...(isSession ? { session: unit } : {}) }];
  });
  return { nameOf: (pid) => names.get(pid ?? -1), unitOf, unowned: unowned.toSorted((a, b) => a.pid - b.pid) };
}

function unitIn(cgroupPath: string): string | undefined {
  return (
    containerScope(cgroupPath) ??
    cgroupPath.split('/').find((part) => /\.(service|scope)$/.test(part) && UNIT.test(part))
  );
}

function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, 64);
}
