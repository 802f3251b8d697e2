import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gatewayCrds } from '../../../test/lab/parts/gateway-crds.ts';
import { istio } from '../../../test/lab/parts/istio.ts';
import { kubernetes } from '../../../test/lab/parts/kubernetes.ts';
import { kwok } from '../../../test/lab/parts/kwok.ts';
import { ensurePart } from '../../../test/lab/parts/part.ts';
import { cacheDir } from '../../../test/lab/paths.ts';
import { versions } from '../../../test/lab/settings.ts';
import { type ControlPlane, startControlPlane } from './control-plane.ts';
import { seed, seedText } from './seed.ts';

/** A cluster that is full and at rest, and where its files and programs are. */
export interface BenchCluster extends ControlPlane {
  directory: string;
  kubectl: string;
  istioctl: string;
}

/** Starts the cluster. It is filled once; its store is kept in the lab's cache, for what it is made by. */
export async function startCluster(): Promise<BenchCluster> {
  const programs = await ensurePart(kubernetes);
  const istioctl = join(await ensurePart(istio), 'istioctl');
  const kubectl = join(programs, 'kubectl');
  const kept = join(cacheDir(), `bench-cluster-${digest()}`);
  if (!existsSync(kept)) await fill(kept, { kubectl, istioctl, programs });
  const directory = mkdtempSync(join(tmpdir(), 'mesh-bench-cluster-'));
  cpSync(kept, join(directory, 'etcd'), { recursive: true });
  const plane = await startControlPlane(programs, directory);
  const stop = async (): Promise<void> => {
    await plane.stop();
    rmSync(directory, { recursive: true });
  };
  return { ...plane, stop, directory, kubectl, istioctl };
}

async function fill(kept: string, found: { kubectl: string; istioctl: string; programs: string }): Promise<void> {
  console.error('filling the cluster, which takes some minutes, once');
  const [kwokDir, crds] = [await ensurePart(kwok), await ensurePart(gatewayCrds)];
  const directory = mkdtempSync(join(tmpdir(), 'mesh-bench-fill-'));
  try {
    const plane = await startControlPlane(found.programs, directory);
    try {
      await seed(plane, plane.kubeconfig, { ...found, kwok: kwokDir, gatewayCrds: crds }, directory);
    } finally {
      await plane.stop();
    }
    mkdirSync(cacheDir(), { recursive: true });
    cpSync(join(directory, 'etcd'), `${kept}.new`, { recursive: true });
    renameSync(`${kept}.new`, kept);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function digest(): string {
  return createHash('sha256')
    .update(seedText() + JSON.stringify(versions))
    .digest('hex')
    .slice(0, 12);
}
