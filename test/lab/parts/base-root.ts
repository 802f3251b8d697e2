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
export const baseRoot: Part = {
  name: 'base-root',
  version: `${versions.debian}-${sha256(JSON.stringify([packages, hooks])).slice(0, 8)}`,
  async build(dir) {
    const tar = join(dir, 'base.tar');
    if (!existsSync(tar)) await bootstrap(tar);
    await rm(join(dir, 'root'), { recursive: true, force: true });
    await mkdir(join(dir, 'root'));
    await run('tar', ['-C', join(dir, 'root'), '--numeric-owner', '-xpf', tar]);
  },
};

async function bootstrap(tar: string): Promise<void> {
  const options = [
    '--variant=minbase',
    `--include=${packages.join(',')}`,
    '--dpkgopt=path-exclude=/usr/share/doc/*',
    '--dpkgopt=path-exclude=/usr/share/man/*',
  ];
  const customise = hooks.map((hook) => `--customize-hook=${hook}`);
  await run('mmdebstrap', [...options, ...customise, versions.debian, `${tar}.new.tar`]);
  await rename(`${tar}.new.tar`, tar);
}
