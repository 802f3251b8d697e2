import { z } from 'zod';
import { meshError } from '../../errors/mesh-error.ts';
import type { Container } from '../../inventory/container-schema.ts';
import { reachable, type ComposeProject, type ComposeService } from '../../inventory/compose.ts';
import type { DockerPort } from '../../ports/docker.ts';
import { parseInspection, type Inspected } from './parse.ts';

const MAX_CONTAINERS = 500;
const LIST_BYTES = 16 * 1024 * 1024;
const INSPECT_BYTES = 1024 * 1024;
/** Of containers that Compose did not start. */
const NO_PROJECT = 'docker';

const list = z.array(z.looseObject({ Id: z.string().regex(/^[0-9a-f]{64}$/) }));

/** What an engine runs, and how many of its containers are missing. */
export interface DockerFacts {
  projects: ComposeProject[];
  missing: number;
}

/** Asks an engine on this machine for its running containers, and puts them into their projects. Throws MW1063. */
export async function readDocker(docker: DockerPort, socket: string): Promise<DockerFacts> {
  const listed = list.safeParse(await docker.get('/containers/json', LIST_BYTES));
  if (!listed.success) throw meshError('MW1063', { socket, reason: 'its list of containers is not understood' });
  const found: Inspected[] = [];
  let missing = Math.max(listed.data.length - MAX_CONTAINERS, 0);
  for (const { Id } of listed.data.slice(0, MAX_CONTAINERS)) {
    const answer = await docker.get(`/containers/${Id}/json`, INSPECT_BYTES);
    // One that has ended since is not there any more.
    if (answer === undefined) continue;
    const one = parseInspection(answer);
    if (one === undefined) missing += 1;
    else found.push(one);
  }
  return { projects: projectsOf(found, socket), missing };
}

/** Containers as the services that they are; of several of one service the first counts. Pure. */
export function projectsOf(found: readonly Inspected[], socket: string): ComposeProject[] {
  const projects = Map.groupBy(found, ({ container }) => wordIn(container.compose?.project) ?? NO_PROJECT);
  return [...projects].map(([name, members]) => {
    const services = new Map<string, ComposeService>();
    const owners = new Map<ComposeService, Inspected>();
    for (const one of members) {
      const service = serviceOf(one.container, found);
      if (services.has(service.name)) continue;
      services.set(service.name, service);
      owners.set(service, one);
    }
    const all = [...services.values()];
    for (const [service, one] of owners) service.declares = one.declaresTo(new Set(reachable(service, all).keys()));
    return { name, files: [socket], isRunning: true, services: all };
  });
}

function serviceOf(container: Container, all: readonly Inspected[]): ComposeService {
  const { name, compose, networkMode, networks, aliases, ports } = container;
  const service = wordIn(compose?.service) ?? name;
  const [, other] = /^container:(.+)$/.exec(networkMode) ?? [];
  const owner = all.find((one) => one.container.id === other)?.container ?? container;
  return {
    name: service,
    names: [...new Set([service, name, ...aliases])],
    networks: (owner === container ? networks : owner.networks).map((network) => network.name),
    isOnHostNetwork: owner.networkMode === 'host',
    ports: ports.filter(({ protocol }) => protocol === 'tcp').map(({ port, hostPort }) => ({ port, hostPort })),
    declares: [],
    needs: [],
    links: {},
  };
}

/** A label's value, where it is what Compose writes there: anybody may put anything into a label. */
function wordIn(label: string | undefined): string | undefined {
  return label !== undefined && /^[a-zA-Z0-9._-]{1,120}$/.test(label) ? label : undefined;
}
