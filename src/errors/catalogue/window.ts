import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** Discovery over time, and the merge of its runs. */
export const windowErrors = defineErrors({
  MW1350: {
    title: 'A host was not read in every sample',
    cause:
      '{host} could not be read in {failed} of {samples} samples. Its facts are of {at}; connections that it had in the samples that failed may be missing.',
    fix: 'Run `mesh discover` for this host by itself to see why it fails, and discover again once it answers.',
    exit: ExitCode.done,
  },
  MW1351: {
    title: 'More was seen than is kept',
    cause:
      '{subject} has more {what} than {limit}, which is the limit; those that came after are not in the inventory.',
    fix: 'Look over a shorter time. What is left out is no proof that nobody calls.',
    exit: ExitCode.done,
  },
  MW1352: {
    title: 'The inventories are of different estates',
    cause: '{file} was taken of estate {found}, and {first} of estate {estate}: what they saw is not of one estate.',
    fix: 'Merge inventories of one estate.',
    exit: ExitCode.refused,
  },
  MW1353: {
    title: 'The inventory is of a newer format',
    cause: '{file}: {reason}. A merge would lose what this version of mesh does not know.',
    fix: 'Merge with the version of mesh that wrote it, or a later one.',
    exit: ExitCode.usage,
  },
  MW1354: {
    title: 'A call of something that is gone from the estate',
    cause:
      '{from} was seen to call {to} on port {port}, last at {at}; {gone} is not in the newest inventory. A merge keeps the call, for that nobody saw it since proves nothing.',
    fix: 'Where it is gone for good, merge without the runs that saw it.',
    exit: ExitCode.done,
  },
  MW1355: {
    title: 'Connections were seen at single moments only',
    cause:
      'Connections were read {looked}. What calls by a timer, from cron or once a day was seen only if it had a connection just then. That no call was seen proves nothing.',
    fix: 'Run `mesh discover --for 15m`, on several days or across the hours of nightly jobs, and join the runs with `mesh discover --merge`.',
    exit: ExitCode.done,
  },
  MW1356: {
    title: 'How long connections were watched',
    cause:
      'Connections were watched {looked}. What calls more seldom than that may be missing. That no call was seen proves nothing.',
    fix: 'Where jobs run more seldom, watch across their hour too, and join the runs with `mesh discover --merge`.',
    exit: ExitCode.done,
  },
});
