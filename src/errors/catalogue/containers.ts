import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** Containers that no orchestrator owns: on hosts, behind a local engine, and in Compose files. */
export const containerErrors = defineErrors({
  MW1060: {
    title: 'Containers of a host were not read',
    cause: 'Host {host} has {engine}, and its containers were not read: {reason}.',
    fix: 'Give the login root by sudo or the right to use the socket, and the host curl; until then count what its containers call as unknown.',
    exit: ExitCode.preflight,
  },
  MW1061: {
    title: 'A service of the estate is a container',
    cause:
      'Service {service} on host {host} is container {container} ({image}): {engine} forwards port {port} to it, past every rule of a capture, so that it is no unit and cannot join as one.',
    fix: 'Let a unit run the container with `--network host`; or move it to Kubernetes; or leave it out of the estate, and exempt it where it calls.',
    exit: ExitCode.refused,
  },
  MW1062: {
    title: 'Containers of a host were read in part',
    cause: 'Of {engine} on host {host}, {reason}.',
    fix: 'Remove containers that nobody needs (`docker container prune`), and run `mesh discover` again.',
    exit: ExitCode.preflight,
  },
  MW1063: {
    title: 'A Docker Engine does not answer',
    cause: 'The engine at {socket} cannot be read: {reason}.',
    fix: 'Start the engine, name its socket (`--docker /run/podman/podman.sock`), or give yourself the right to use it.',
    exit: ExitCode.preflight,
  },
  MW1064: {
    title: 'A Compose file is not valid',
    cause: '{source}: {reason}.',
    fix: 'Correct it; `docker compose config` says the same of it, or more.',
    exit: ExitCode.preflight,
  },
  MW1065: {
    title: 'A variable of a Compose file has no value',
    cause: '{source}: ${variable} is set by none of the files; {consequence}.',
    fix: 'Name the `.env` file that sets it as well. Our own environment is never read.',
    exit: ExitCode.preflight,
  },
  MW1066: {
    title: 'A file that a Compose file names is not among the files',
    cause: '{source}: {what} names {file}, which is not among the files.',
    fix: 'Name that file or its directory as well; what it says of calls is missing.',
    exit: ExitCode.preflight,
  },
  MW1067: {
    title: 'Services of a Compose file are not in the estate',
    cause: 'Of project {project}, no unit of the estate is named after {services}: they are shown as strangers.',
    fix: 'Put into the estate what is to move, as a unit (`NAME.service`) of the host that runs it.',
    exit: ExitCode.preflight,
  },
  MW1068: {
    title: 'A Compose file is passed over',
    cause: '{source}: of its directory {first} is read, as Compose does it, and this file is not.',
    fix: 'Name the files themselves, in the order in which they override one another.',
    exit: ExitCode.preflight,
  },
});
