import { extendedRoot } from './base-root.ts';
import type { Part } from './part.ts';

const packages = ['firewalld', 'docker.io'];

/** Containers get groups in hierarchies that a machine of nspawn may only read until it asks for more. */
const groupsForContainers =
  '[Service]\\nExecStartPre=-/bin/sh -c "for dir in /sys/fs/cgroup/*/; do mount -o remount,bind,rw $$dir; done"\\n';

// Neither starts with the machine: firewalld would let nobody in before its ports are open. The disk is an overlay
// already, on which Docker can make none of its own.
const hooks = [
  'systemctl --root="$1" disable firewalld.service docker.service docker.socket containerd.service',
  'mkdir -p "$1"/etc/docker "$1"/etc/systemd/system/docker.service.d',
  'echo \'{ "storage-driver": "vfs" }\' > "$1"/etc/docker/daemon.json',
  `printf '${groupsForContainers}' > "$1"/etc/systemd/system/docker.service.d/lab.conf`,
];

/** The base root with what brings rules of its own to a host: firewalld and Docker. Built when a test asks for it. */
export const guardedRoot: Part = extendedRoot('guarded-root', packages, hooks);
