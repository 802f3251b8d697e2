import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { output, run } from '../exec.ts';
import { sha256, writeWhole } from '../files.ts';
import { versions } from '../settings.ts';
import { ensurePackages } from './packages.ts';
import type { Part } from './part.ts';

const KERNEL = 'linux-image-cloud-amd64';

/** What makes the network card appear, in the order in which the kernel wants it. */
const modules = [
  'net/core/failover',
  'drivers/net/net_failover',
  'drivers/virtio/virtio_ring',
  'drivers/virtio/virtio',
  'drivers/virtio/virtio_pci_legacy_dev',
  'drivers/virtio/virtio_pci_modern_dev',
  'drivers/virtio/virtio_pci',
  'drivers/net/virtio_net',
];

/** The base root has no program that loads modules; Perl it has (313: finit_module on x86-64). */
const init = `#!/bin/sh
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in ${modules.map((path) => basename(path)).join(' ')}; do
  perl -e 'open F, "<", $ARGV[0] or die; my $none = ""; syscall(313, fileno F, $none, 0) == 0 or die "$ARGV[0]: $!\\n"' /lab-modules/$module.ko
done
exec /sbin/init
`;

/** A kernel, and the base root as the archive it starts from: a machine that shares neither kernel nor clock with this one. */
export function ownKernel(baseRoot: string): Part {
  return {
    name: 'own-kernel',
    version: `${versions.debian}-${sha256(JSON.stringify([baseRoot, modules, init])).slice(0, 8)}`,
    async build(dir) {
      const work = join(dir, 'work');
      await rm(work, { recursive: true, force: true });
      await mkdir(work);
      const kernel = await unpackKernel(work);
      await packRoot(work, join(baseRoot, 'root'), kernel, join(dir, 'root.cpio'));
      await copyFile(await onlyFile(join(kernel, 'boot'), 'vmlinuz-'), join(dir, 'vmlinuz'));
      await rm(work, { recursive: true });
    },
  };
}

/** Packages of this machine that build it and run it. */
export async function ensureEmulator(): Promise<void> {
  await ensurePackages({ 'qemu-system-x86': '/usr/bin/qemu-system-x86_64', cpio: '/usr/bin/cpio' });
}

/** Debian's current kernel, unpacked and not installed. */
async function unpackKernel(work: string): Promise<string> {
  await run('apt-get', ['update'], { tolerant: true });
  const depends = await output('apt-cache', ['depends', KERNEL]);
  const name = /Depends: (linux-image-[\w.+-]+)/.exec(depends)?.[1];
  if (name === undefined) throw new Error(`${KERNEL} names no kernel: ${depends}`);
  await run('apt-get', ['download', name], { cwd: work });
  await run('dpkg-deb', ['-x', await onlyFile(work, `${name}_`), join(work, 'kernel')]);
  return join(work, 'kernel');
}

async function packRoot(work: string, baseRoot: string, kernel: string, archive: string): Promise<void> {
  const root = join(work, 'root');
  const lib = await onlyFile(join(kernel, 'lib', 'modules'), '');
  await run('cp', ['-a', baseRoot, root]);
  for (const dir of ['usr/share/locale', 'usr/share/zoneinfo', 'var/cache/apt', 'var/lib/apt/lists'])
    await rm(join(root, dir), { recursive: true, force: true });
  await mkdir(join(root, 'lab-modules'));
  for (const path of modules)
    await copyFile(join(lib, 'kernel', `${path}.ko`), join(root, 'lab-modules', `${basename(path)}.ko`));
  await writeWhole(join(root, 'init'), init);
  await chmod(join(root, 'init'), 0o755);
  await packCpio(root, archive);
}

/** Packs a directory as a kernel unpacks it, owners and modes as they are. */
export async function packCpio(root: string, archive: string): Promise<void> {
  const pack = 'find . -mindepth 1 -print0 | cpio --null --create --format=newc --quiet > "$1"';
  await run('/bin/sh', ['-c', pack, 'pack', `${archive}.new`], { cwd: root });
  await rename(`${archive}.new`, archive);
}

async function onlyFile(dir: string, prefix: string): Promise<string> {
  const found = existsSync(dir) ? (await readdir(dir)).filter((name) => name.startsWith(prefix)) : [];
  const [name] = found;
  if (name === undefined || found.length > 1)
    throw new Error(`${dir} holds ${found.length} of ${prefix || 'anything'}, not one`);
  return join(dir, name);
}
