import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** Paths that a service cannot take. */
export const pathErrors = defineErrors({
  MW1360: {
    title: 'The path does not fit the workload',
    cause: 'Service {service} cannot take path {path}: {reason}.',
    fix: 'Choose another path for it in the estate; `mesh migrate plan --compare` shows which it can take.',
    exit: ExitCode.refused,
  },
  MW1361: {
    title: 'Services of one host take paths that exclude each other',
    cause:
      'Service {service} is on path {path}, and {others} on the same host {host} on another kind: a host has one proxy for all that it runs, or none.',
    fix: 'Let all services of the host join where they are (mesh-first, stay), or none of them (platform-first, direct).',
    exit: ExitCode.refused,
  },
  MW1362: {
    title: 'Nobody says what the name is to answer',
    cause:
      'Service {service} moves to its twin by an edit of DNS, and the estate does not say what {hostname} answers from then on.',
    fix: 'Say under `switch.answers` of the service where its twin is reached by callers outside the mesh.',
    exit: ExitCode.refused,
  },
  MW1363: {
    title: 'The switch of a name contradicts itself',
    cause: 'Service {service} moves by letting {hostname} answer {answers}, but {reason}.',
    fix: 'Name under `switch.answers` the addresses where the twin alone answers, and switch services of one name together.',
    exit: ExitCode.refused,
  },
  MW1364: {
    title: 'A caller does not follow the name',
    cause: 'Service {service} is called by address, not by name, by {callers}: an edit of DNS would not move them.',
    fix: 'Let these callers use {hostname}, run `mesh discover`, and plan again; or take path mesh-first.',
    exit: ExitCode.refused,
  },
  MW1365: {
    title: 'A caller is in the mesh before the name is',
    cause:
      'Service {service} is called by {callers}, in the mesh already: what its proxy has open when {hostname} gets known there goes past it.',
    fix: 'Take these callers out of the mesh until the name is published, and run `mesh discover` again.',
    exit: ExitCode.refused,
  },
  MW1366: {
    title: 'Several twins take over by weights alone',
    cause:
      'Service {service} has the twins {twins}, and is on path {path}: DNS cannot tell its calls apart, and each twin joins in a stage of its own.',
    fix: 'Let the unit join first (path mesh-first), or stay.',
    exit: ExitCode.refused,
  },
  MW1367: {
    title: 'A call may be left to a unit that is to stop',
    cause:
      'Service {service} is to retire, and the estate does not say that its twins match every call: what none of them matches stays on the VM.',
    fix: 'Let the `match` of its twins cover all calls and say so with `unmatched: none`, or take `retire` back.',
    exit: ExitCode.refused,
  },
});
