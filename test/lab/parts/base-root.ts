import { mkdir, rename, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { run } from '../exec.ts';
import { sha256 } from '../files.ts';
import { versions } from '../settings.ts';
import type { Part } from './part.ts';

const packages = [
  'systemd',
  'systemd-sysv',
  'dbus',
  'openssh-server',
  'iproute2',
  'iptables',
  'nftables',
  'conntrack',
  'procps',
  'ca-certificates',
  'sudo',
  'curl',
  'libcap2-bin',
];

const hooks = [
  'chroot "$1" useradd --create-home --shell /bin/bash ops',
  'chroot "$1" useradd --system --home-dir /nonexistent --shell /usr/sbin/nologin shop',
  'rm -f "$1"/etc/ssh/ssh_host_* "$1"/etc/hostname "$1"/etc/resolv.conf',
  ': > "$1"/etc/machine-id',
];

/** The Debian root that all virtual machines and some images are made of: `base.tar`, and unpacked in `root`. */
export const baseRoot: Part = debianRoot('base-root', packages, hooks);

/** The same with more: a root of its own, since what is installed later would lie in the machine's own layer. */
export function extendedRoot(name: string, more: readonly string[], moreHooks: readonly string[]): Part {
  return debianRoot(name, [...packages, ...more], [...moreHooks, ...hooks]);
}

function debianRoot(name: string, included: readonly string[], customise: readonly string[]): Part {
  return {
    name,
    version: `${versions.debian}-${sha256(JSON.stringify([included, customise])).slice(0, 8)}`,
    async build(dir) {
      const tar = join(dir, 'base.tar');
      if (!existsSync(tar)) await bootstrap(tar, included, customise);
      await rm(join(dir, 'root'), { recursive: true, force: true });
      await mkdir(join(dir, 'root'));
      await run('tar', ['-C', join(dir, 'root'), '--numeric-owner', '-xpf', tar]);
    },
  };
}

async function bootstrap(tar: string, included: readonly string[], customise: readonly string[]): Promise<void> {
  const options = [
    '--variant=minbase',
    `--include=${included.join(',')}`,
    '--dpkgopt=path-exclude=/usr/share/doc/*',
    '--dpkgopt=path-exclude=/usr/share/man/*',
  ];
  const hookOptions = customise.map((hook) => `--customize-hook=${hook}`);
  await run('mmdebstrap', [...options, ...hookOptions, versions.debian, `${tar}.new.tar`]);
  await rename(`${tar}.new.tar`, tar);
}
