import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** Hosts, as reached by SSH. */
export const sshErrors = defineErrors({
  MW1101: {
    title: 'The host key is not known',
    cause: 'No trusted key is on record for host {host} ({address}).',
    fix: 'Compare the fingerprint with its owner, then run `mesh hosts trust {host}`.',
    exit: ExitCode.preflight,
  },
  MW1102: {
    title: 'The host key has changed',
    cause: 'Host {host} ({address}) shows another key than the trusted one: it was rebuilt, or somebody is in between.',
    fix: 'Ask the owner of the host. Only when the change is explained, remove the old key and run `mesh hosts trust {host}`.',
    exit: ExitCode.preflight,
  },
  MW1103: {
    title: 'The host cannot be reached',
    cause: 'Host {host} ({address}): {reason}.',
    fix: 'Check address, port, jump host and firewall; `ssh -v` with the same target shows where it stops.',
    exit: ExitCode.preflight,
  },
  MW1104: {
    title: 'The host did not answer in time',
    cause: 'Host {host} ({address}) gave no answer within {seconds} s.',
    fix: 'Check that the host is up and that nothing drops packets on the way.',
    exit: ExitCode.preflight,
  },
  MW1105: {
    title: 'The host refused the login',
    cause: 'Host {host} does not let user {user} in with the keys that ssh offered.',
    fix: 'Check the user in the estate file, and that the key is in the agent (`ssh-add -l`).',
    exit: ExitCode.preflight,
  },
  MW1106: {
    title: 'No sudo on the host',
    cause: 'User {user} on host {host} may not run commands as root without a password.',
    fix: 'Give it the sudo rule of docs/guides/minimum-rights.md, or log in as another user.',
    exit: ExitCode.preflight,
  },
  MW1107: {
    title: 'No iptables on the host',
    cause: 'Host {host} has none of the firewall programs that capture needs ({programs}).',
    fix: 'Install the iptables package on the host, then run the command again.',
    exit: ExitCode.preflight,
  },
  MW1108: {
    title: 'A command on the host failed',
    cause: 'On host {host}, {action} ended with status {status}: {detail}.',
    fix: 'Put right what the message names; the command can be run again as it is.',
    exit: ExitCode.failed,
  },
  MW1109: {
    title: 'The answer of the host is not understood',
    cause: 'On host {host}, {action} gave an answer that is not what its format allows: {reason}.',
    fix: 'Look for login banners or shell profiles that print text; if there are none, report this with the output.',
    exit: ExitCode.failed,
  },
  MW1110: {
    title: 'The host name or user name is refused',
    cause: '"{value}" is not accepted as a {kind}: {reason}.',
    fix: 'Use letters, digits, dots, dashes and underscores, beginning with a letter or digit.',
    exit: ExitCode.usage,
  },
  MW1111: {
    title: 'The OpenSSH client is missing',
    cause: 'The program `{program}` is not on PATH.',
    fix: 'Install the OpenSSH client.',
    exit: ExitCode.preflight,
  },
  MW1112: {
    title: 'A program is missing on the host',
    cause: 'Host {host} lacks {programs}.',
    fix: 'Install them on the host, then run the command again.',
    exit: ExitCode.preflight,
  },
  MW1113: {
    title: 'The host name does not resolve',
    cause: 'Host {host}: the name {address} has no address here.',
    fix: 'Check `address` in the estate file, and the resolver of this machine.',
    exit: ExitCode.preflight,
  },
  MW1114: {
    title: 'The connection ended while a command ran',
    cause: 'The connection to host {host} ended in the middle of a command; how far it came is not known.',
    fix: 'Run the command again: it looks at what is there before it changes anything.',
    exit: ExitCode.failed,
  },
  MW1115: {
    title: 'A file did not arrive as it should',
    cause: 'The copy of {file} on host {host} does not have the digest {sha256}.',
    fix: 'Check that the file on this machine is the one whose digest the estate file names, then run the command again.',
    exit: ExitCode.failed,
  },
  MW1116: {
    title: 'A new login does not work as it should',
    cause: 'On host {host} a new login succeeded, but {reason}.',
    fix: 'Check name resolution and the user database on the host.',
    exit: ExitCode.failed,
  },
  MW1117: {
    title: 'The clock of a host is wrong',
    cause: 'The clock of host {host} is {seconds} s {direction} the clock of this machine.',
    fix: 'Put time synchronisation on the host right: certificates and tokens are refused by a wrong clock.',
    exit: ExitCode.preflight,
  },
  MW1118: {
    title: 'A unit is not on its host',
    cause: 'Host {host} has no unit {unit}, which the estate names for service {service}.',
    fix: 'Check `workload` of the service in the estate file; `systemctl status` on the host lists its units.',
    exit: ExitCode.preflight,
  },
  MW1119: {
    title: 'Nothing listens on the port of a service',
    cause: 'On host {host}, unit {unit} of service {service} does not listen on port {port}.',
    fix: 'Start the unit, or correct `port` of the service in the estate file.',
    exit: ExitCode.preflight,
  },
  MW1120: {
    title: 'The key of a host behind a jump host cannot be fetched',
    cause: 'Host {host} is reached through {jump}, and ssh-keyscan takes no jump host.',
    fix: 'Run `ssh-keyscan -p {port} {address}` on the jump host, compare the fingerprint with its owner, and add the line to the known hosts file.',
    exit: ExitCode.preflight,
  },
  MW1121: {
    title: 'The host shows another key',
    cause: 'Host {host} shows no key with the fingerprint {fingerprint}; it shows {shown}.',
    fix: 'Ask the owner of the host for its fingerprint again. If it is right, somebody is in between: trust nothing.',
    exit: ExitCode.preflight,
  },
  MW1122: {
    title: 'A certificate should have been renewed',
    cause: 'The certificate of the proxy on host {host} is good for {left}, of a life of {life}: its renewal fails.',
    fix: 'See `journalctl -u meshway-proxy` on the host and whether it reaches the control plane; `mesh hosts renew PLAN --host {host}` gives it a new token.',
    exit: ExitCode.preflight,
  },
  MW1123: {
    title: 'The credentials of a host have expired',
    cause: 'The certificate of the proxy on host {host} expired {ago} ago, and {token}.',
    fix: 'Run `mesh hosts renew PLAN --host {host}`.',
    exit: ExitCode.preflight,
  },
  MW1124: {
    title: 'A certificate is not valid yet',
    cause: 'The certificate of the proxy on host {host} becomes valid in {wait}; {clock}.',
    fix: 'Put time synchronisation right on the host, on this machine and where the control plane runs; then run `mesh hosts renew PLAN --host {host}`.',
    exit: ExitCode.preflight,
  },
  MW1125: {
    title: 'A joined host has no certificate',
    cause: 'The proxy on host {host} has no certificate that can be read, and {token}.',
    fix: 'Run `mesh hosts renew PLAN --host {host}`.',
    exit: ExitCode.preflight,
  },
  MW1130: {
    title: 'A host did not show everything',
    cause: 'Of host {host} discovery did not see {missing}: what is not in the inventory may be there all the same.',
    fix: 'Give the login root by sudo and install what is missing (iproute2, conntrack, nftables), or know it from elsewhere; then run `mesh discover` again.',
    exit: ExitCode.preflight,
  },
  MW1131: {
    title: 'A process belongs to no unit',
    cause: 'On host {host}, {processes} {does} and belongs to no unit: nobody starts it again after a boot.',
    fix: 'Find out what it is; make it a unit and a service of the estate, or end it.',
    exit: ExitCode.done,
  },
});
