import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Daemon } from '../daemon.ts';
import { run, succeeds } from '../exec.ts';
import { readIfThere, writeWhole } from '../files.ts';
import { state } from '../paths.ts';
import type { Parts } from '../parts/all.ts';
import { imageNames } from '../parts/images.ts';
import { net } from '../settings.ts';

/** Name of the pods' network, under which CNI plugins keep what they did. */
export const cniNetwork = 'mwlab';

/** Where containerd listens. */
export function containerdSocket(): string {
  return state('containerd', 'containerd.sock');
}

const configText = (): string => `version = 2
root = "${state('containerd', 'root')}"
state = "${state('containerd', 'state')}"
disabled_plugins = ["io.containerd.internal.v1.opt", "io.containerd.snapshotter.v1.btrfs", "io.containerd.snapshotter.v1.zfs", "io.containerd.snapshotter.v1.devmapper", "io.containerd.snapshotter.v1.aufs", "io.containerd.internal.v1.tracing"]
[grpc]
  address = "${containerdSocket()}"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${imageNames.pause}"
  restrict_oom_score_adj = true
  netns_mounts_under_state_dir = true
  stream_server_address = "127.0.0.1"
  enable_selinux = false
  disable_apparmor = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "/usr/lib/cni"
    conf_dir = "${state('cni', 'conf')}"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
`;

const cniConfig = (): object => ({
  cniVersion: '1.0.0',
  name: cniNetwork,
  plugins: [
    {
      type: 'bridge',
      bridge: net.podBridge,
      isGateway: true,
      ipMasq: false,
      hairpinMode: true,
      ipam: {
        type: 'host-local',
        dataDir: state('cni', 'ipam'),
        ranges: [[{ subnet: net.podCidr.replace('/16', '/24') }]],
        routes: [{ dst: '0.0.0.0/0' }],
      },
    },
    { type: 'portmap', capabilities: { portMappings: true } },
  ],
});

/** The container runtime, with a root and a socket of its own. */
export async function containerd(): Promise<Daemon> {
  await writeWhole(state('containerd', 'config.toml'), configText());
  await writeWhole(state('cni', 'conf', '10-mwlab.conflist'), JSON.stringify(cniConfig(), null, 2));
  return {
    name: 'containerd',
    command: ['/usr/bin/containerd', '--config', state('containerd', 'config.toml')],
    ready: async () => existsSync(containerdSocket()) && succeeds('ctr', ['--address', containerdSocket(), 'version']),
  };
}

/** Imports the lab's images, those that are not imported yet. */
export async function importImages(parts: Parts): Promise<void> {
  for (const dir of [parts.images, parts.shopImage]) await importTar(join(dir, 'images.tar'));
}

async function importTar(tar: string): Promise<void> {
  const done = state('containerd', 'imported', encodeURIComponent(tar));
  if ((await readIfThere(done)) !== undefined) return;
  await run('ctr', ['--address', containerdSocket(), '--namespace', 'k8s.io', 'images', 'import', tar]);
  await writeWhole(done, '');
}
