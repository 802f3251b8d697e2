import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** Lists of hosts that people have already: Ansible inventories, Terraform states, ssh_config files, plain lists. */
export const listErrors = defineErrors({
  MW1050: {
    title: 'The format of a host list is not clear',
    cause: '{file}: {reason}.',
    fix: 'Say which it is: `format` in hostsFrom, or `--format ansible|terraform|ssh-config|list`.',
    exit: ExitCode.usage,
  },
  MW1051: {
    title: 'A host of a list cannot be used',
    cause: '{place}: host {host}: {reason}.',
    fix: 'Correct it in the list, or take it out of what is read by naming a `group`.',
    exit: ExitCode.usage,
  },
  MW1052: {
    title: 'A value of a host is not known from the list',
    cause: '{place}: host {host}: {reason}.',
    fix: 'Write the value itself into the list, or the whole host into `hosts` of another estate file.',
    exit: ExitCode.usage,
  },
  MW1053: {
    title: 'A host list is broken',
    cause: '{place}: {reason}.',
    fix: 'Correct the file; `ansible-inventory --list`, `ssh -G` and `terraform show` say what their programs make of theirs.',
    exit: ExitCode.usage,
  },
  MW1054: {
    title: 'A host list is of a kind that is not read',
    cause: '{file}: {reason}.',
    fix: '{advice}.',
    exit: ExitCode.usage,
  },
  MW1055: {
    title: 'A host list has no such group',
    cause: '{file}: no group is named {group}.',
    fix: 'Name a group of an Ansible inventory; other formats have none.',
    exit: ExitCode.usage,
  },
  MW1056: {
    title: 'Two host lists contradict each other',
    cause: 'Host {host}: its {field} is {one} in {first}, and {other} in {second}.',
    fix: 'Correct one of the two, or say which is right under `hosts`: an entry there wins.',
    exit: ExitCode.usage,
  },
  MW1057: {
    title: 'A part of a host list is left out',
    cause: '{place}: {reason}.',
    fix: 'Nothing, if it is meant so; else write the hosts concerned under `hosts`.',
    exit: ExitCode.usage,
  },
  MW1058: {
    title: 'The host lists of the estate cannot be used as they are',
    cause: '{file}: its hostsFrom has {count} problem(s), listed below.',
    fix: 'Put each right, or name only a `group` without them: a host that is missing would be missing from plans too.',
    exit: ExitCode.usage,
  },
  MW1059: {
    title: 'A host list has no hosts',
    cause: '{file}: there is no host in it that could be reached by SSH.',
    fix: 'Check that this is the file you meant, and the group.',
    exit: ExitCode.usage,
  },
});
