import { isUnitRef, type Estate, type UnitRef } from '../estate/schema.ts';
import { composeHost, composeUnit, reachable, type ComposeProject, type ComposeService } from './compose.ts';
import { externalId, workloadIdOf } from './ids.ts';
import type { Landmarks } from './landmarks.ts';
import { isLoopback } from './noise.ts';
import type { Dependency, UnitEnvironment } from './schema.ts';
import type { Sighting } from './sightings.ts';

/** The units of an estate that a service of a Compose file stands for: those that are named after it. */
export function unitsOfCompose(estate: Estate, project: ComposeProject, service: string): UnitRef[] {
  const refs = estate.services.flatMap(({ workload }) =>
    isUnitRef(workload) && workload.unit === composeUnit(service) ? [workload] : [],
  );
  const own = refs.filter(({ host }) => host === composeHost(project.name));
  return own.length > 0 ? own : refs;
}

/** Compose services as units that a file tells of. */
export function composeEnvironments(estate: Estate, projects: readonly ComposeProject[]): UnitEnvironment[] {
  return projects.flatMap((project) =>
    project.services.flatMap(({ name }) =>
      unitsOfCompose(estate, project, name).map((ref) => ({
        ...ref,
        file: project.files.join(', '),
        declares: [],
        project: project.name,
        ...(project.isRunning === true && { isRunning: true }),
      })),
    ),
  );
}

/** What Compose files say about who means to call whom. */
export function composeSightings(
  projects: readonly ComposeProject[],
  estate: Estate,
  landmarks: Landmarks,
): Sighting[] {
  return projects.flatMap((project) =>
    project.services.flatMap((service) => {
      const found = callsOf({ project, estate, landmarks }, service);
      const callers = unitsOfCompose(estate, project, service.name).map(workloadIdOf);
      const from = callers.length > 0 ? callers : [strangerOf(project, service.name)];
      return from.flatMap((caller) => found.map((one) => ({ ...one, from: caller })));
    }),
  );
}

interface View {
  project: ComposeProject;
  estate: Estate;
  landmarks: Landmarks;
}
type Call = Omit<Sighting, 'from'>;

function callsOf(view: View, service: ComposeService): Call[] {
  const { project } = view;
  const near = reachable(service, project.services);
  const named = service.declares.flatMap(({ host, port, how }) => {
    const target = near.get(host) ?? publishedBy(project, service, host, port);
    const to = target === undefined ? elsewhere(view, host, port) : calleesOf(view, target.name);
    return to.map((callee) => callOf(project, { to: callee, port, how, addressedBy: isAddress(host) ? 'ip' : 'name' }));
  });
  const known = new Set(named.map(({ to }) => to));
  const needed = service.needs.flatMap(({ service: name, how }) => {
    const target = project.services.find((one) => one.name === name);
    if (target === undefined) return [];
    const port = target.ports[0]?.port ?? 0;
    const words = port === 0 ? `${how}, and no port is said` : how;
    return calleesOf(view, name).map((to) => callOf(project, { to, port, how: words, addressedBy: 'name' }));
  });
  return [...named, ...needed.filter(({ to }) => !known.has(to))];
}

function callOf(
  { files, isRunning }: ComposeProject,
  {
    to,
    port,
    how,
    addressedBy,
  }: Pick<Call, 'to' | 'port'> & {
    how: string;
    addressedBy: Exclude<Dependency['addressedBy'], 'unknown'>;
  },
): Call {
  const detail = `${how}, in ${files.join(', ')}`.slice(0, 2_000);
  return { to, port, addressedBy, source: isRunning === true ? 'docker' : 'compose', detail, confidence: 'declared' };
}

function calleesOf({ estate, project, landmarks }: View, name: string): string[] {
  const refs = unitsOfCompose(estate, project, name);
  if (refs.length === 0) return [strangerOf(project, name)];
  return [...new Set(refs.map((ref) => landmarks.calleeOf(workloadIdOf(ref))))];
}

/** From the host's network, and by the name of the host, a service is reached where it is published. */
function publishedBy(
  project: ComposeProject,
  from: ComposeService,
  host: string,
  port: number,
): ComposeService | undefined {
  const isHost =
    host === 'host.docker.internal' || (from.isOnHostNetwork && (host === 'localhost' || isLoopback(host)));
  if (!isHost) return undefined;
  return project.services.find(
    (one) => one !== from && one.ports.some((other) => (one.isOnHostNetwork ? other.port : other.hostPort) === port),
  );
}

function elsewhere({ landmarks }: View, host: string, port: number): string[] {
  if (isAddress(host) && isLoopback(host)) return [];
  const to = isAddress(host) ? landmarks.calleeAt(host, port) : landmarks.calleeNamed(host, port);
  return to === undefined || to.startsWith('external/') ? [] : [to];
}

function isAddress(host: string): boolean {
  return /^(\d+\.\d+\.\d+\.\d+|[0-9a-f]*:[0-9a-f:]*)$/.test(host);
}

function strangerOf(project: ComposeProject, service: string): string {
  return externalId(`compose/${project.name}/${service}`);
}
