import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** Clusters, as reached by their API. */
export const kubernetesErrors = defineErrors({
  MW1201: {
    title: 'The cluster cannot be reached',
    cause: 'Cluster {cluster} at {server}: {reason}.',
    fix: 'Check the server address in the kubeconfig and the way to it.',
    exit: ExitCode.preflight,
  },
  MW1202: {
    title: 'The cluster refused the login',
    cause: 'Cluster {cluster} does not accept the credentials of context {context}.',
    fix: 'Renew the credentials of that context, then run the command again.',
    exit: ExitCode.preflight,
  },
  MW1203: {
    title: 'Forbidden by the cluster',
    cause: 'In cluster {cluster}, this user may not {verb} {resource} ({scope}).',
    fix: 'Grant the rights that `mesh migrate rbac` prints for the plan (docs/guides/minimum-rights.md), or use a context that has them.',
    exit: ExitCode.preflight,
  },
  MW1204: {
    title: 'Kinds are missing in the cluster',
    cause: 'Cluster {cluster} does not serve {kinds}.',
    fix: 'Install the custom resource definitions of the mesh and of the Gateway API that the provider page names.',
    exit: ExitCode.preflight,
  },
  MW1205: {
    title: 'The kubeconfig is not usable',
    cause: '{file}: {reason}.',
    fix: 'Check the file and the context that the estate names for the cluster.',
    exit: ExitCode.usage,
  },
  MW1206: {
    title: 'The kubeconfig is refused',
    cause: '{file}: {reason}.',
    fix: 'Name the file in the estate; if you trust its credential plugin, list it in MESHWAY_EXEC_PLUGINS.',
    exit: ExitCode.refused,
  },
  MW1207: {
    title: 'Somebody else manages the fields',
    cause: 'Fields of {object} in cluster {cluster} are managed by {manager}; they are listed below.',
    fix: 'Settle with {manager} who owns these fields, then run apply again.',
    exit: ExitCode.failed,
  },
  MW1208: {
    title: 'The cluster refused a request',
    cause: 'Cluster {cluster}: {verb} {object} was answered with {status}: {detail}.',
    fix: 'Put right what the answer names, then run the command again.',
    exit: ExitCode.failed,
  },
  MW1209: {
    title: 'The answer of the cluster is not understood',
    cause: 'Cluster {cluster}: {object} is not what its schema allows: {reason}.',
    fix: 'Check which version of the kind the cluster serves; docs/providers lists the versions meshway reads.',
    exit: ExitCode.failed,
  },
  MW1210: {
    title: 'An object is missing',
    cause: '{object} does not exist in cluster {cluster}.',
    fix: 'Find out who removed it, or run `mesh discover` and plan anew.',
    exit: ExitCode.failed,
  },
  MW1211: {
    title: 'An object exists already',
    cause: '{object} was to be created in cluster {cluster}, and is there already.',
    fix: 'Run the command again: it looks whose object it is.',
    exit: ExitCode.failed,
  },
  MW1212: {
    title: 'An object changed meanwhile',
    cause: '{object} in cluster {cluster} is no longer as it was read.',
    fix: 'Run the command again; if it keeps happening, find out who else writes the object.',
    exit: ExitCode.failed,
  },
  MW1213: {
    title: 'The fields cannot be set one by one',
    cause: '{object} in cluster {cluster}: {reason}.',
    fix: 'Set or give back these fields where the object comes from, and leave the workload out of this plan.',
    exit: ExitCode.refused,
  },
  MW1214: {
    title: 'The pre-image is missing',
    cause: 'Run {run} keeps no record of what the fields of {object} in cluster {cluster} held before it.',
    fix: 'Look whether the Secret meshway-{run} in the namespace was removed; give the fields back by hand.',
    exit: ExitCode.failed,
  },
  MW1215: {
    title: 'The route is not the one that was planned',
    cause: '{route} in cluster {cluster}: {reason}.',
    fix: 'Find out who changed the route, and put its backends back or plan anew.',
    exit: ExitCode.failed,
  },
  MW1230: {
    title: 'Something in the cluster was not read',
    cause: 'In cluster {cluster}, {what} was not read: {reason}',
    fix: 'Grant the rights that docs/guides/minimum-rights.md lists, and discover again; what rests on it is not known until then.',
    exit: ExitCode.done,
  },
});
