import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** What a rehearsal refuses. */
export const rehearsalErrors = defineErrors({
  MW1836: {
    title: 'A fault that no rehearsal knows',
    cause: 'The fault "{fault}" is not understood: {reason}.',
    fix: 'Write it as `KIND[=ARG][,NAME=NUMBER]`; docs/guides/rehearse.md lists the kinds.',
    exit: ExitCode.usage,
  },
  MW1837: {
    title: 'A fault strikes something that is not there',
    cause: 'The fault {fault} names {subject}, which this estate does not have; it has {known}.',
    fix: 'Name one of these, or leave the name out: then the seed chooses.',
    exit: ExitCode.usage,
  },
});
