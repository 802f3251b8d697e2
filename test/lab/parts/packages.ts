import { existsSync } from 'node:fs';
import { run } from '../exec.ts';
import { timed } from '../progress.ts';

/** Debian packages the host needs, each with a file that shows it is there. */
const needed: Readonly<Record<string, string>> = {
  'etcd-server': '/usr/bin/etcd',
  containerd: '/usr/bin/containerd',
  runc: '/usr/sbin/runc',
  'containernetworking-plugins': '/usr/lib/cni/bridge',
  iptables: '/usr/sbin/iptables-save',
  nftables: '/usr/sbin/nft',
  conntrack: '/usr/sbin/conntrack',
  iproute2: '/usr/bin/ip',
  mmdebstrap: '/usr/bin/mmdebstrap',
  'systemd-container': '/usr/bin/systemd-nspawn',
  'openssh-client': '/usr/bin/ssh',
  openssl: '/usr/bin/openssl',
  prometheus: '/usr/bin/prometheus',
  socat: '/usr/bin/socat',
  gcc: '/usr/bin/gcc',
};

/** Packages whose files are not on this host, of those that the lab needs or of others. */
export function missingPackages(wanted = needed): string[] {
  return Object.entries(wanted)
    .filter(([, file]) => !existsSync(file))
    .map(([name]) => name);
}

/** Installs what is missing. Services that the packages bring are not started. */
export async function ensurePackages(wanted = needed): Promise<void> {
  const missing = missingPackages(wanted);
  if (missing.length === 0) return;
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  await timed(`packages ${missing.join(' ')}`, async () => {
    await run('apt-get', ['update'], { env });
    await run('apt-get', ['install', '-y', '--no-install-recommends', ...missing], { env });
  });
}
