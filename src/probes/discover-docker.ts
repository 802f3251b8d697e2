import { meshError } from '../errors/mesh-error.ts';
import type { Estate } from '../estate/schema.ts';
import { assemble } from '../inventory/assemble.ts';
import { findingOf } from '../inventory/finding.ts';
import type { Finding, Inventory } from '../inventory/schema.ts';
import type { Clock } from '../ports/contracts.ts';
import type { DockerPort } from '../ports/docker.ts';
import { readDocker } from './docker/index.ts';
import { deriveFromProjects } from './files/derive-estate.ts';
import { strangersOf } from './files/strangers.ts';

/** What discovery from a local engine needs besides the engine. */
export interface DiscoverDockerOptions {
  /** The engine's socket, as it was given. */
  socket: string;
  /** Without one, an estate is made of the containers that run. */
  estate?: Estate;
  digestOf: (estate: Estate) => string;
  clock: Pick<Clock, 'now'>;
}

/**
 * Reads the containers of this machine's engine instead of hosts and clusters: a laptop, or a job of a CI system.
 * Throws MW1063 where the engine cannot be read, and where it runs nothing that an estate could be made of.
 */
export async function discoverDocker(docker: DockerPort, options: DiscoverDockerOptions): Promise<Inventory> {
  const { socket, clock, digestOf } = options;
  const { projects, missing } = await readDocker(docker, socket);
  const estate = options.estate ?? deriveFromProjects('docker', projects);
  if (estate === undefined) throw meshError('MW1063', { socket, reason: 'no container runs' });
  return assemble({
    estate,
    estateDigest: digestOf(estate),
    capturedAt: new Date(clock.now()).toISOString(),
    hosts: [],
    clusters: [],
    environments: [],
    compose: projects,
    findings: [...missingFindings(missing, socket), ...projects.flatMap((project) => strangersOf(project, estate))],
  });
}

function missingFindings(missing: number, socket: string): Finding[] {
  if (missing === 0) return [];
  const reason = `${missing} of its containers were too many or not understood, and are left out`;
  return [findingOf('warning', 'docker', meshError('MW1062', { engine: 'docker', host: socket, reason }))];
}
