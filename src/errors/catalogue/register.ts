import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** What an assessment finds of the exemption register, of registered VMs, of boots and of second copies. */
export const registerErrors = defineErrors({
  MW1760: {
    title: 'A waiver cannot hold',
    cause: 'The exemption of {what} would waive {code} on {subject}, which {reason}.',
    fix: 'Put right what was found; take the entry out of `exemptions`.',
    exit: ExitCode.refused,
  },
  MW1761: {
    title: 'A waiver has expired',
    cause: 'The exemption of {what} ended on {expires}; {owner} had answered for it.',
    fix: 'Put right what it waived, or have it renewed in the estate with a new date.',
    exit: ExitCode.refused,
  },
  MW1762: {
    title: 'An exemption ends soon',
    cause: 'The exemption of {what} ends on {expires}, in less than {days} days; {owner} answers for it.',
    fix: 'Put right what it is about before that day, or have it renewed in the estate.',
    exit: ExitCode.done,
  },
  MW1763: {
    title: 'A waiver is for nothing',
    cause: 'The exemption of {what} waives nothing that was found.',
    fix: 'Take it out of the estate, or correct its check, code or subject; `mesh assess --json` has them as found.',
    exit: ExitCode.done,
  },
  MW1764: {
    title: 'A joined host is not registered as it should be',
    cause: 'Host {host} has joined, and {reason}: callers in the mesh may not reach its services.',
    fix: 'Look at its proxy with `mesh migrate status`, and at the WorkloadGroup and the log of the control plane.',
    exit: ExitCode.refused,
  },
  MW1765: {
    title: 'No VM has registered with the mesh yet',
    cause: 'No VM has registered by itself with the mesh of cluster {cluster}, and every host of the estate is called.',
    fix: 'Let a VM that nobody needs join first, with a service of its own in the estate, and look at its endpoints.',
    exit: ExitCode.done,
  },
  MW1766: {
    title: 'Somebody else has registered a host',
    cause:
      'Host {host} has not joined, and WorkloadEntry {entry} has its address {address}: two registrations of one VM collide.',
    fix: 'Find out who made the entry; take it away before the host joins.',
    exit: ExitCode.refused,
  },
  MW1767: {
    title: 'A boot does not start a unit',
    cause: 'On host {host}, {unit} is {state}: it runs now, and is gone after the next boot.',
    fix: 'Run `systemctl enable {unit}` there, or let the estate name the unit that starts it.',
    exit: ExitCode.done,
  },
  MW1768: {
    title: 'A second copy may work by itself',
    cause: 'The estate says `state: {state}` of service {service}; a twin may work at weight 0: {hints}.',
    fix: 'Find out what two copies would do at once; say `state: singleton` or `shared` in the estate as it is.',
    exit: ExitCode.refused,
  },
  MW1769: {
    title: 'An exemption has no owner or no end',
    cause: 'The exemption of {what} names no {missing}: nobody is asked about it again.',
    fix: 'Give it an `owner` and the day on which it `expires`.',
    exit: ExitCode.done,
  },
});
