import { createHash } from 'node:crypto';
import { copyFile, link, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from '../exec.ts';
import { sha256File } from '../files.ts';

/** An image: layers of uncompressed tar files, lowest first, and how it starts. */
export interface Image {
  readonly name: string;
  readonly layers: readonly string[];
  readonly entrypoint: readonly string[];
  /** Numeric user and group it runs as, when not root. */
  readonly user?: string;
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

const media = 'application/vnd.oci.image';
const created = '2026-01-01T00:00:00Z';

/** Packs host files into a layer, each at its path in the image, executable. */
export async function packLayer(work: string, tar: string, files: Readonly<Record<string, string>>): Promise<string> {
  const tree = join(work, 'tree');
  await rm(tree, { recursive: true, force: true });
  for (const [target, source] of Object.entries(files)) {
    await mkdir(join(tree, target, '..'), { recursive: true });
    await copyFile(source, join(tree, target));
  }
  await run('chmod', ['-R', 'a+rX', tree]);
  await run('tar', [
    '-C',
    tree,
    '--owner=0',
    '--group=0',
    '--numeric-owner',
    '--mtime=@0',
    '--sort=name',
    '-cf',
    tar,
    '.',
  ]);
  await rm(tree, { recursive: true });
  return tar;
}

/** Writes images as one OCI layout, in a tar file that containerd imports. */
export async function writeOciTar(work: string, tar: string, images: readonly Image[]): Promise<void> {
  const layout = join(work, 'layout');
  await rm(layout, { recursive: true, force: true });
  await mkdir(join(layout, 'blobs', 'sha256'), { recursive: true });
  const manifests: Descriptor[] = [];
  for (const image of images) manifests.push(await addImage(layout, image));
  await writeFile(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  await writeFile(join(layout, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
  await run('tar', ['-C', layout, '-cf', `${tar}`, '.']);
  await rm(layout, { recursive: true });
}

async function addImage(layout: string, image: Image): Promise<Descriptor> {
  const layers: Descriptor[] = [];
  for (const tar of image.layers) layers.push(await addFile(layout, tar));
  const config = await addJson(layout, `${media}.config.v1+json`, {
    created,
    architecture: 'amd64',
    os: 'linux',
    config: {
      User: image.user ?? '',
      Entrypoint: image.entrypoint,
      WorkingDir: '/',
      Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
    },
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => layer.digest) },
  });
  const manifest = await addJson(layout, `${media}.manifest.v1+json`, {
    schemaVersion: 2,
    mediaType: `${media}.manifest.v1+json`,
    config,
    layers,
  });
  return {
    ...manifest,
    annotations: { 'io.containerd.image.name': image.name, 'org.opencontainers.image.ref.name': image.name },
  };
}

async function addFile(layout: string, tar: string): Promise<Descriptor> {
  const digest = await sha256File(tar);
  await link(tar, join(layout, 'blobs', 'sha256', digest)).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  return { mediaType: `${media}.layer.v1.tar`, digest: `sha256:${digest}`, size: (await stat(tar)).size };
}

async function addJson(layout: string, mediaType: string, value: unknown): Promise<Descriptor> {
  const text = JSON.stringify(value);
  const digest = createHash('sha256').update(text).digest('hex');
  await writeFile(join(layout, 'blobs', 'sha256', digest), text);
  return { mediaType, digest: `sha256:${digest}`, size: Buffer.byteLength(text) };
}
