import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** Files that discovery reads instead of hosts and clusters: manifests and environment files. */
export const sourceErrors = defineErrors({
  MW1030: {
    title: 'A source cannot be read',
    cause: '{source}: {reason}.',
    fix: 'Check the path and its permissions, or name the file itself.',
    exit: ExitCode.preflight,
  },
  MW1031: {
    title: 'A source holds more than is read',
    cause: '{source} is beyond the limit of {limit}; what is beyond it is left out.',
    fix: 'Check that this is a file of manifests; if it is, split it.',
    exit: ExitCode.preflight,
  },
  MW1032: {
    title: 'A source is not text',
    cause: '{source}: {reason}.',
    fix: 'Save the file as UTF-8, or leave it out.',
    exit: ExitCode.preflight,
  },
  MW1033: {
    title: 'A document is not YAML that meshway accepts',
    cause: '{source}, line {line}: {reason}.',
    fix: 'Use the core YAML schema, each key once, without merge keys, custom tags or large numbers of aliases.',
    exit: ExitCode.preflight,
  },
  MW1034: {
    title: 'A document is no Kubernetes object',
    cause: '{source}: {reason}.',
    fix: 'Render templates and kustomizations first; leave files that are no manifests out.',
    exit: ExitCode.preflight,
  },
  MW1035: {
    title: 'An object in a file is not valid',
    cause: '{source}: {object}: {reason}.',
    fix: 'Correct the object; a cluster would not take it as it is.',
    exit: ExitCode.preflight,
  },
  MW1036: {
    title: 'An object is in the files twice',
    cause: '{source}: {object} is in {first} already, and that one is used.',
    fix: 'Name only the files that are applied together.',
    exit: ExitCode.preflight,
  },
  MW1037: {
    title: 'Pods whose calls are not read',
    cause: '{source}: of {kinds} nothing is read, so calls that their pods make are missing.',
    fix: 'Look at what these pods call, and count them as callers from outside.',
    exit: ExitCode.preflight,
  },
  MW1038: {
    title: 'An environment file belongs to no unit',
    cause: '{source}: no unit of the estate is named {unit}.',
    fix: 'Name the file after the unit that reads it (catalog.env for catalog.service), and put the unit into the estate.',
    exit: ExitCode.preflight,
  },
  MW1039: {
    title: 'A line of an environment file is not understood',
    cause: '{source}, line {line}: {reason}.',
    fix: 'Write NAME=VALUE, as systemd reads it from an EnvironmentFile.',
    exit: ExitCode.preflight,
  },
  MW1040: {
    title: 'A ConfigMap is not among the files',
    cause: '{workload} takes its environment from ConfigMap {configMap}, which the files do not have.',
    fix: 'Name the file that has it too; what it would declare is missing.',
    exit: ExitCode.preflight,
  },
  MW1041: {
    title: 'Nothing in the files to discover',
    cause: 'There is no estate file, and the files hold no workload that an estate could be made of.',
    fix: 'Name files with Deployments, StatefulSets, DaemonSets, Compose services or environment files, or write an estate file: host lists and Terraform states say which machines there are, not what runs on them.',
    exit: ExitCode.usage,
  },
  MW1043: {
    title: 'More findings of one kind than are listed',
    cause: '{count} more findings with code {of} are left out.',
    fix: 'Put right those that are listed and run the command again, or name fewer files.',
    exit: ExitCode.preflight,
  },
  MW1042: {
    title: 'Cluster facts come from files',
    cause: 'What is said of cluster {cluster} is what files declare; nobody looked at what runs there.',
    fix: 'Run `mesh discover` without `--from-files` before a migration is planned.',
    exit: ExitCode.preflight,
  },
});
