import { dirname } from 'node:path';
import { meshError } from '../errors/index.ts';
import type { World } from '../execute/handler.ts';
import { OwnCounters } from '../execute/sources/own-counters.ts';
import { systemClock } from '../ports/clock.ts';
import type { KubePort } from '../ports/contracts.ts';
import { openKube } from '../ports/kube.ts';
import { noMetrics, prometheus } from '../ports/metrics.ts';
import { OpenSsh } from '../ports/ssh.ts';
import type { LoadedEstate } from './_inputs.ts';

export interface OpenedWorld extends World {
  close(): Promise<void>;
}

/**
 * The real world of an estate: connections are opened when they are first used. Its clock knows nothing of Ctrl-C: a
 * step that has begun is finished, and only the executor's own waiting ends early.
 *
 * @param persistSeconds for how long a connection to a host outlives its last use, where that is to be longer than usual
 */
export function openWorld({ estate, file }: LoadedEstate, persistSeconds?: number): OpenedWorld {
  const ssh = new OpenSsh(persistSeconds);
  const clusters = new Map<string, KubePort>();
  const url = estate.metrics.prometheus?.url;
  return {
    estate,
    ssh,
    kube: (name) => clusters.get(name) ?? remember(clusters, name, openCluster(estate, name, file)),
    metrics: url === undefined ? noMetrics : prometheus(url),
    ...(url === undefined && { counters: new OwnCounters() }),
    clock: systemClock(),
    close: () => ssh.close(),
  };
}

function remember(clusters: Map<string, KubePort>, name: string, port: KubePort): KubePort {
  clusters.set(name, port);
  return port;
}

function openCluster(estate: LoadedEstate['estate'], name: string, file: string): KubePort {
  const cluster = estate.clusters.find((candidate) => candidate.name === name);
  if (!cluster) throw meshError('MW1999', { detail: `the estate has no cluster ${name}` });
  return openKube(cluster, { baseDirectory: dirname(file), workingTree: process.cwd() });
}
