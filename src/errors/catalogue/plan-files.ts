import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** The plan as a file, its lock file, and what became of the estate since. */
export const planFileErrors = defineErrors({
  MW1375: {
    title: 'The plan has expired',
    cause: '{file} was made on {created} and is good until {expires}; what it was made from is too old to act on.',
    fix: 'Run `mesh discover` and `mesh migrate plan`, and see with `mesh migrate diff` what became different.',
    exit: ExitCode.planStale,
  },
  MW1376: {
    title: 'The file is from a newer version of meshway',
    cause: '{file}: this {kind} has {found}; this version of mesh reads {known}.',
    fix: 'Use the version of mesh that wrote it, or a later one.',
    exit: ExitCode.usage,
  },
  MW1377: {
    title: 'The lock file is of another plan',
    cause: '{lock} locks the plan with digest {locked}; {file} has {actual}.',
    fix: 'Restore plan and lock file from the same commit, or write both anew with `mesh migrate plan`.',
    exit: ExitCode.refused,
  },
  MW1378: {
    title: 'The plan has no lock file',
    cause: '{lock} is not there: nobody knows when {file} was made, nor what it depends on.',
    fix: 'Commit the lock file beside its plan; `mesh migrate plan` writes both.',
    exit: ExitCode.done,
  },
  MW1379: {
    title: 'The lock file was edited',
    cause: '{lock} carries digest {expected}, but its content has {actual}.',
    fix: 'Restore the file from git, or write plan and lock file anew with `mesh migrate plan`.',
    exit: ExitCode.refused,
  },
  MW1380: {
    title: 'The lock file cannot be read',
    cause: '{file}: {reason}.',
    fix: 'Restore the file from git, or write plan and lock file anew with `mesh migrate plan`.',
    exit: ExitCode.usage,
  },
  MW1381: {
    title: 'The plan was made by another version of meshway',
    cause: '{file} was made by version {made}; this is {running}. Its steps are done as they are written.',
    fix: 'Nothing to do if the versions do the steps alike; else use the version that made it, or plan again.',
    exit: ExitCode.done,
  },
});
