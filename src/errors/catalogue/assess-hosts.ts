import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** What assessment finds in the surroundings of hosts, in their containers, and by trying. */
export const assessHostErrors = defineErrors({
  MW1730: {
    title: 'Nothing sets the clock of a host',
    cause:
      'On host {host} runs none of chrony, systemd-timesyncd and ntpd: its clock drifts until certificates are refused.',
    fix: 'Run one of them, unless the hypervisor sets the clock and you know it.',
    exit: ExitCode.done,
  },
  MW1731: {
    title: 'The clock of a host is not synchronised',
    cause: 'On host {host}, {program} runs and has not set the clock: it reaches no source that it trusts.',
    fix: 'See `chronyc sources` or `ntpq -p` on the host, and let it reach its time servers.',
    exit: ExitCode.done,
  },
  MW1732: {
    title: 'A hosts file decides what a name means',
    cause:
      'On host {host} the hosts file says that {name} is {address}: the host follows no DNS record of that name, now or after the migration.',
    fix: 'Take the entry out, or change it by hand wherever the plan has a record changed.',
    exit: ExitCode.done,
  },
  MW1733: {
    title: 'An agent is reached on a port that is not excluded',
    cause:
      'On host {host}, {agent} is reached from elsewhere: a capture leaves the port alone, and who asks it is taken for a caller of this host.',
    fix: 'Add the port to `excludeInboundPorts` of the host in the estate file.',
    exit: ExitCode.done,
  },
  MW1734: {
    title: 'Nobody knows who writes firewall rules',
    cause:
      'Host {host} has firewall rules of a program that is not known ({signs}): it may write them anew, and the capture would be gone until its keeper puts it back.',
    fix: 'Find out what writes them (`nft list ruleset`), and whether it loads whole tables.',
    exit: ExitCode.done,
  },
  MW1740: {
    title: 'Containers with a network of their own are on a host',
    cause:
      'On host {host}, {containers}: once the host has joined, what the engine forwards to them goes past the proxy, and what they call leaves in plaintext, which a callee that is STRICT refuses. Services of the same host take their calls as from outside.',
    fix: 'Where the estate calls them or is called by them: run them with `--network host`, move them to Kubernetes, or write them into the exemption register.',
    exit: ExitCode.done,
  },
  MW1741: {
    title: 'Containers on the network of their host',
    cause:
      'On host {host}, {containers}: once the host has joined, their connections are captured like those of any process of it, whether they belong to the estate or not.',
    fix: 'Leave ports that must not pass the proxy out (`excludeInboundPorts`, `excludeOutboundPorts`); else nothing.',
    exit: ExitCode.done,
  },
  MW1745: {
    title: 'A host and the cluster disagree on the time',
    cause:
      'The clock of host {host} is {seconds} s {direction} that of cluster {cluster}, whose mesh issues certificates.',
    fix: 'Put time synchronisation right on both: a certificate is refused before it begins, and a token after it ends.',
    exit: ExitCode.preflight,
  },
  MW1746: {
    title: 'A way that the mesh needs is closed',
    cause: '{from} does not reach {what} at {address}, port {port} ({outcome}): proxies call each other directly.',
    fix: 'Open this way between hosts and pods, and run `mesh discover --active` again.',
    exit: ExitCode.refused,
  },
  MW1747: {
    title: 'The twin does not reach what the VM calls',
    cause: 'A pod of {twin} does not reach {what} at {address}, port {port} ({outcome}), which {unit} calls.',
    fix: 'Have the addresses of the pods let in there before the first weight moves, and run `mesh discover --active` again.',
    exit: ExitCode.refused,
  },
  MW1748: {
    title: 'A server speaks first',
    cause:
      'Service {service} sent {what} on port {port} to a client that said nothing; the estate does not say that it speaks first.',
    fix: 'Say `protocol: tcp` and `serverFirst: true` for it in the estate: a proxy would wait for a client that waits.',
    exit: ExitCode.refused,
  },
  MW1749: {
    title: 'A server that should speak first does not',
    cause: 'Service {service} sent {what} within 3 s on port {port}, and the estate says that it speaks first.',
    fix: 'Take `serverFirst` off if its clients speak first: as it is, the port stays outside the mesh, in plaintext.',
    exit: ExitCode.done,
  },
});
