import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** Command line, and the files that users write. */
export const estateErrors = defineErrors({
  MW1001: {
    title: 'The command line is not understood',
    cause: '{detail}',
    fix: 'Run `{command} --help` for what it accepts.',
    exit: ExitCode.usage,
  },
  MW1002: {
    title: 'There is no such command',
    cause: '`{command}` is not a command of mesh.',
    fix: 'Run `mesh --help` for the list of commands.',
    exit: ExitCode.usage,
  },
  MW1003: {
    title: 'An answer is needed and there is nobody to ask',
    cause: '"{question}" must be answered, and standard input is not a terminal.',
    fix: 'Give the answer on the command line with `{flag}`.',
    exit: ExitCode.usage,
  },
  MW1010: {
    title: 'The estate file cannot be read',
    cause: '{file}: {reason}.',
    fix: 'Check the path and its permissions, or name another file with `--estate`.',
    exit: ExitCode.usage,
  },
  MW1011: {
    title: 'The estate file is not valid',
    cause: '{file} has {count} problem(s), listed below.',
    fix: 'Correct the fields named; docs/guides/writing-an-estate.md describes each.',
    exit: ExitCode.usage,
  },
  MW1012: {
    title: 'The estate file has fields that meshway does not know',
    cause: '{file}: unknown field(s) {fields}.',
    fix: 'Remove or correct them: an unknown field is refused, since a typing error would otherwise be ignored.',
    exit: ExitCode.usage,
  },
  MW1013: {
    title: 'A YAML file has the same key twice',
    cause: '{file}, line {line}: the key `{key}` is there already.',
    fix: 'Keep one of the two.',
    exit: ExitCode.usage,
  },
  MW1014: {
    title: 'A file is not YAML that meshway accepts',
    cause: '{file}, line {line}: {reason}.',
    fix: 'Use the core YAML schema, without merge keys, custom tags or large numbers of aliases.',
    exit: ExitCode.usage,
  },
  MW1015: {
    title: 'A file is too large',
    cause: '{file} has {size} bytes; the limit is {limit}.',
    fix: 'Check that this is the file you meant.',
    exit: ExitCode.usage,
  },
  MW1016: {
    title: 'A file cannot be written',
    cause: '{file}: {reason}.',
    fix: 'Check that the directory exists, is writable and has room.',
    exit: ExitCode.failed,
  },
  MW1018: {
    title: 'The estate has no such host',
    cause: 'No host named {host} is in the estate file.',
    fix: 'Use one of the names under `hosts`, or add it there.',
    exit: ExitCode.usage,
  },
  MW1070: {
    title: 'A text is not valid Unicode',
    cause: '{place} holds half a surrogate pair: no digest can be taken of it (RFC 8785).',
    fix: 'Correct the text there; in an inventory it comes from a host or a cluster, whose own name or setting it is.',
    exit: ExitCode.usage,
  },
});
