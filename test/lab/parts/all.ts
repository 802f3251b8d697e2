import { mkdir } from 'node:fs/promises';
import { cacheDir } from '../paths.ts';
import { baseRoot } from './base-root.ts';
import { coredns } from './coredns.ts';
import { envoy } from './envoy.ts';
import { gatewayCrds } from './gateway-crds.ts';
import { platformImages, shopImage } from './images.ts';
import { istio } from './istio.ts';
import { kubernetes } from './kubernetes.ts';
import { ensurePackages } from './packages.ts';
import { ensurePart, partDir } from './part.ts';
import { pause } from './pause.ts';
import { shopd } from './shopd.ts';

/** Directory of each part in the cache. */
export interface Parts {
  readonly kubernetes: string;
  readonly istio: string;
  readonly envoy: string;
  readonly coredns: string;
  readonly gatewayCrds: string;
  readonly baseRoot: string;
  readonly pause: string;
  readonly shopd: string;
  readonly images: string;
  readonly shopImage: string;
}

/** Builds what is not in the cache yet, and says where all parts are. */
export async function ensureParts(): Promise<Parts> {
  await mkdir(cacheDir(), { recursive: true });
  await ensurePackages();
  for (const part of [kubernetes, istio, coredns, envoy, gatewayCrds, baseRoot, pause, await shopd()])
    await ensurePart(part);
  const parts = await locateParts();
  const sources = { ...parts };
  await ensurePart(platformImages(sources));
  await ensurePart(shopImage(sources));
  return parts;
}

/** Says where all parts are, built or not. */
export async function locateParts(): Promise<Parts> {
  const sources = {
    kubernetes: partDir(kubernetes),
    istio: partDir(istio),
    envoy: partDir(envoy),
    coredns: partDir(coredns),
    gatewayCrds: partDir(gatewayCrds),
    baseRoot: partDir(baseRoot),
    pause: partDir(pause),
    shopd: partDir(await shopd()),
  };
  return { ...sources, images: partDir(platformImages(sources)), shopImage: partDir(shopImage(sources)) };
}
