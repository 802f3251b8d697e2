import { mkdir, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { sha256 } from '../files.ts';
import { imageHub, versions } from '../settings.ts';
import type { Image } from './oci.ts';
import { packLayer, writeOciTar } from './oci.ts';
import type { Part } from './part.ts';

/** Where the parts are that images are made of. */
export interface ImageSources {
  readonly istio: string;
  readonly envoy: string;
  readonly baseRoot: string;
  readonly pause: string;
  readonly shopd: string;
}

/** Names of the lab's images. */
export const imageNames = {
  pause: `${imageHub}/pause:1`,
  debian: `${imageHub}/debian:1`,
  proxy: `${imageHub}/proxyv2:${versions.istio}`,
  pilot: `${imageHub}/pilot:${versions.istio}`,
} as const;

/** Name of the image of the shop's program, new with every version of it. */
export function shopImageName(sources: Pick<ImageSources, 'shopd'>): string {
  return `${imageHub}/shopd:${basename(sources.shopd).replace(/^shopd-/, '')}`;
}

/** All images but the shop's: they change with the versions only. */
export function platformImages(sources: ImageSources): Part {
  const { istio, envoy, baseRoot, pause } = sources;
  return {
    name: 'images',
    version: sha256(JSON.stringify(['2', istio, envoy, baseRoot, pause])).slice(0, 12),
    build: (dir) =>
      inWorkDir(dir, async (work) => {
        const layer = (name: string, files: Record<string, string>) =>
          packLayer(work, join(work, `${name}.tar`), files);
        const base = join(baseRoot, 'base.tar');
        const agent = await layer('agent', {
          'usr/local/bin/pilot-agent': join(istio, 'pilot-agent'),
          'usr/local/bin/envoy': join(envoy, 'envoy'),
          'var/lib/istio/envoy/envoy_bootstrap_tmpl.json': join(istio, 'envoy_bootstrap.json'),
        });
        const discovery = await layer('discovery', { 'usr/local/bin/pilot-discovery': join(istio, 'pilot-discovery') });
        const images: Image[] = [
          {
            name: imageNames.pause,
            layers: [await layer('pause', { pause: join(pause, 'pause') })],
            entrypoint: ['/pause'],
          },
          { name: imageNames.debian, layers: [base], entrypoint: ['/bin/sleep', 'infinity'] },
          { name: imageNames.proxy, layers: [base, agent], entrypoint: ['/usr/local/bin/pilot-agent'] },
          {
            name: imageNames.pilot,
            layers: [base, discovery],
            entrypoint: ['/usr/local/bin/pilot-discovery'],
            user: '1337:1337',
          },
        ];
        await writeOciTar(work, join(dir, 'images.tar'), images);
      }),
  };
}

/** The image of the shop's program. */
export function shopImage(sources: ImageSources): Part {
  return {
    name: 'shop-image',
    version: sha256(sources.shopd).slice(0, 12),
    build: (dir) =>
      inWorkDir(dir, async (work) => {
        const tar = await packLayer(work, join(work, 'shopd.tar'), {
          'usr/local/bin/shopd': join(sources.shopd, 'shopd'),
        });
        await writeOciTar(work, join(dir, 'images.tar'), [
          { name: shopImageName(sources), layers: [tar], entrypoint: ['/usr/local/bin/shopd'] },
        ]);
      }),
  };
}

async function inWorkDir(dir: string, fill: (work: string) => Promise<void>): Promise<void> {
  const work = join(dir, 'work');
  await mkdir(work, { recursive: true });
  await fill(work);
  await rm(work, { recursive: true });
}
