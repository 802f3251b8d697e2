import type { HostUnit } from './schema.ts';

/** A service of a Compose file, as far as it says who calls whom. Not part of the artefact. */
export interface ComposeService {
  name: string;
  /** Names that services on its networks reach it by: its own, its container's, its host name and aliases. */
  names: string[];
  /** Empty for one without a network, and on the host's. */
  networks: string[];
  isOnHostNetwork: boolean;
  /** Ports of its containers; of the first of them it is most likely called on. */
  ports: { port: number; hostPort?: number }[];
  /** What its environment and command line name, with the file that says so. */
  declares: (HostUnit['declares'][number] & { how: string })[];
  /** Services that it waits for, or links to: most likely since it calls them. */
  needs: { service: string; how: string }[];
  /** Names that `links` give to other services for this one alone. */
  links: Record<string, string>;
}

/** What Compose would start together, or has started. */
export interface ComposeProject {
  name: string;
  /** Where it is written; the engine's socket where its containers were seen to run. */
  files: string[];
  isRunning?: boolean;
  services: ComposeService[];
}

/** The unit that stands for a service: what the host's systemd would run it as. */
export function composeUnit(service: string): string {
  return `${service}.service`;
}

/** The host that stands for where a project runs, in an estate that nobody wrote. */
export function composeHost(project: string): string {
  return `compose-${project.replaceAll(/[^A-Za-z0-9]+/g, '-').replaceAll(/^-+|-+$/g, '') || 'project'}`;
}

/** The services that one may reach, by the names it reaches them by. */
export function reachable(service: ComposeService, all: readonly ComposeService[]): Map<string, ComposeService> {
  const near = all.filter((one) => one.networks.some((network) => service.networks.includes(network)));
  const found = new Map(near.flatMap((one) => one.names.map((name) => [name, one] as const)));
  // A service's own name comes before an alias that another took.
  for (const one of near) found.set(one.name, one);
  for (const [alias, name] of Object.entries(service.links)) {
    const linked = all.find((one) => one.name === name);
    if (linked !== undefined) found.set(alias, linked);
  }
  return found;
}
