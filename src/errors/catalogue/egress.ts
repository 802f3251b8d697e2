import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** What proxies are told of the mesh. */
export const egressErrors = defineErrors({
  MW1342: {
    title: 'A Sidecar hides what a workload calls',
    cause:
      'Sidecar {sidecar} narrows what the proxies of {workload} know, and they would not know {names}: the route of that name would never reach them.',
    fix: 'Add these to `egress.hosts` of that Sidecar, or take it away, and run `mesh discover` again.',
    exit: ExitCode.refused,
  },
  MW1343: {
    title: 'Proxies are narrowed already',
    cause:
      'Sidecar {sidecar} of somebody else narrows the proxies of {workload}, and of two of them nothing tells which holds.',
    fix: 'Keep it, or take it away and plan again; `policy.egress: open` asks for none.',
    exit: ExitCode.refused,
  },
  MW1344: {
    title: 'Narrowing proxies would refuse calls',
    cause:
      'The mesh refuses what no registry knows (`outboundTrafficPolicy: REGISTRY_ONLY`): what the proxies of {service} are not told of would be refused, also a call that nobody saw.',
    fix: 'Set `outboundTrafficPolicy: ALLOW_ANY` in the mesh’s configuration while you migrate, or leave `policy.egress` open.',
    exit: ExitCode.refused,
  },
  MW1372: {
    title: 'A narrowed proxy lacks what it calls',
    cause:
      'Step {step} tells the proxies of {caller} of some services alone, and {host}, which answers for {service}, is none of them.',
    fix: 'Plan again with `mesh migrate plan`; name under `alsoCalls` of the service what discovery cannot see.',
    exit: ExitCode.refused,
  },
  MW1373: {
    title: 'A proxy is narrowed too early',
    cause: 'Step {step} narrows the proxies of {caller}, which joins only after it: nobody saw yet what they call.',
    fix: 'Plan again with `mesh migrate plan`, and leave the order of its stages as it is.',
    exit: ExitCode.refused,
  },
});
