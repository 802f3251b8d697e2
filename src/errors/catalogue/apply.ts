import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** Carrying out a plan, and joining hosts. */
export const applyErrors = defineErrors({
  MW1401: {
    title: 'A step failed',
    cause: 'Step {step} of stage {stage}: {reason}.',
    fix: 'Put right what the cause names, then run `mesh migrate apply` again: it carries on from this step.',
    exit: ExitCode.failed,
  },
  MW1402: {
    title: 'A change did not take effect in time',
    cause: 'Step {step}: {check} did not hold within {seconds} s; last seen: {observed}.',
    fix: 'See why with `mesh migrate status`; run apply again to go on waiting, or roll back.',
    exit: ExitCode.failed,
  },
  MW1403: {
    title: 'The host undid its capture by itself',
    cause: 'On host {host} no new login confirmed the capture within {seconds} s, so the dead-man switch took it back.',
    fix: 'Check that new SSH connections reach the host while captured (its ports are excluded by number), then apply again.',
    exit: ExitCode.failed,
  },
  MW1404: {
    title: 'No new login after capture',
    cause:
      'After capture began, a new connection to host {host} failed: {reason}. The dead-man switch takes the capture back.',
    fix: 'Wait until the host has undone it, check the excluded ports, then apply again.',
    exit: ExitCode.failed,
  },
  MW1405: {
    title: 'The rollback is incomplete',
    cause: '{count} thing(s) could not be put back, listed below.',
    fix: 'Put right what the lines name, then run `mesh migrate rollback` again: it does what is left.',
    exit: ExitCode.rollbackIncomplete,
  },
  MW1406: {
    title: 'Past the commit point',
    cause: 'Step {step} of stage {stage} is past the commit point and cannot be undone: {reason}. Nothing was changed.',
    fix: 'Roll back with `--to` and that stage or a later one, or plan the way back as a migration of its own.',
    exit: ExitCode.refused,
  },
  MW1407: {
    title: 'Something foreign is in the way',
    cause: '{object} exists, and was not made by this run: {owner}.',
    fix: 'Find out who owns it; remove or rename it, then apply again. A run of meshway whose journal is lost is carried on with `--adopt RUN`.',
    exit: ExitCode.failed,
  },
  MW1408: {
    title: 'Connections outlived the capture',
    cause: '{count} connection(s) of {workload} still pass no proxy after {seconds} s.',
    fix: 'Wait for them to end, or allow the restart of their owner in the plan.',
    exit: ExitCode.paused,
  },
  MW1410: {
    title: 'A gate failed after the commit point',
    cause: 'Gate {gate} of stage {stage}: {observed}. Step {step} is done and cannot be undone, so nothing goes back.',
    fix: 'Put right what the verdict names; apply again watches the gate anew. Earlier weights need the old unit, which somebody would have to start.',
    exit: ExitCode.paused,
  },
  MW1411: {
    title: 'A step is for a person to do',
    cause: 'Step {step} waits for somebody to do this: {instruction}. Last seen: {observed}.',
    fix: 'Do it, wait until it is seen where the step looks for it (a DNS record has a time to live), then run the same command again.',
    exit: ExitCode.paused,
  },
  MW1412: {
    title: 'The next step cannot be undone',
    cause: 'Step {step} is the commit point of stage {stage}: {reason}. After it the stage cannot be taken back.',
    fix: 'Look at what was done so far; then run apply with `--commit`, or with `--to` and the stage before.',
    exit: ExitCode.paused,
  },
  MW1420: {
    title: 'An artifact is not the one in the plan',
    cause: 'The plan installs {artifact} with digest {planned}, but the estate now names {found}.',
    fix: 'Name the reviewed file and digest under `provider.artifacts`, or plan again.',
    exit: ExitCode.planStale,
  },
  MW1421: {
    title: 'Another holder has taken the run over',
    cause:
      'Host {host} was marked by a later holder of this run (token {token}): this one may change nothing any more.',
    fix: 'Look at `mesh migrate status`; let the later holder go on, or stop it and run apply again.',
    exit: ExitCode.lockHeld,
  },
  MW1422: {
    title: 'The host is busy',
    cause: 'On host {host} another operation of meshway holds the lock on /var/lib/meshway for more than 20 s.',
    fix: 'Wait for it to end, then run the command again.',
    exit: ExitCode.lockHeld,
  },
  MW1423: {
    title: 'Capture would reach the login port',
    cause: 'sshd on host {host} uses port {port}, which is not among the ports that capture leaves alone.',
    fix: 'Run discover and plan again, or add the port to `excludeInboundPorts` of the host.',
    exit: ExitCode.preflight,
  },
  MW1424: {
    title: 'The login port is not known',
    cause: 'On host {host} {reason}, so it cannot be seen that capture leaves the login alone.',
    fix: 'Check how logins reach the host; capture needs an OpenSSH server that `ss` shows.',
    exit: ExitCode.preflight,
  },
  MW1425: {
    title: 'The proxy is not ready to take connections',
    cause: 'The proxy of host {host} is not ready: {reason}.',
    fix: 'See `journalctl -u meshway-proxy` on the host, then run apply again.',
    exit: ExitCode.failed,
  },
  MW1426: {
    title: 'The firewall rules are not as they should be',
    cause: 'The capture rules on host {host}: {reason}.',
    fix: 'Put right what the message names (kernel modules nat, owner, REDIRECT, comment; other firewall tools), then run apply again.',
    exit: ExitCode.failed,
  },
  MW1427: {
    title: 'The dead-man switch cannot be relied on',
    cause: 'The timer that undoes an unconfirmed capture on host {host}: {reason}.',
    fix: 'Check that systemd-run works on the host, then run apply again. Nothing is captured without it.',
    exit: ExitCode.failed,
  },
  MW1428: {
    title: 'The host is still captured',
    cause: 'On host {host} the proxy must stay as it is: {reason}.',
    fix: 'End the capture first: `mesh migrate rollback` does it in the right order.',
    exit: ExitCode.failed,
  },
  MW1429: {
    title: 'A unit does not do what it was told',
    cause: 'On host {host}: {detail}.',
    fix: 'See `systemctl status` and `journalctl -u` of the unit on the host, then run the command again.',
    exit: ExitCode.failed,
  },
  MW1430: {
    title: 'A value for a host file is missing',
    cause: '{object} in cluster {cluster} has no key {key}.',
    fix: 'Check that the mesh is installed and serves the namespace, then run apply again.',
    exit: ExitCode.failed,
  },
  MW1431: {
    title: 'The proxy still holds connections',
    cause:
      'The proxy of host {host} still holds {count} connection(s) after {seconds} s; they are listed below and none was cut.',
    fix: 'Let their clients end them, or restart those clients, then run the command again: it goes on waiting.',
    exit: ExitCode.paused,
  },
  MW1432: {
    title: 'Old translations are left on the host',
    cause:
      'Host {host} still translates {count} connection(s) of an earlier capture that its proxy no longer holds: a capture now could cut connections that use their ports.',
    fix: 'Install conntrack-tools on the host, or reboot it, or wait until /proc/net/nf_conntrack has them no more; then run apply again.',
    exit: ExitCode.failed,
  },
  MW1437: {
    title: 'The host is not joined by this run',
    cause: 'By the journal of run {run} host {host} is not joined; joined are: {joined}.',
    fix: 'Check the name and the plan. A host that is to join does so by `mesh migrate apply`.',
    exit: ExitCode.usage,
  },
  MW1438: {
    title: 'Nothing of the run is on the host',
    cause: 'Run {run} has joined host {host}, but its marker or its proxy is not there: the host was set up anew.',
    fix: 'A renewal cannot bring it back: roll the run back, and apply the plan again.',
    exit: ExitCode.failed,
  },
  MW1439: {
    title: 'The proxy did not come back with new credentials',
    cause: 'Host {host} has a new token and root certificate, but after {seconds} s: {observed}.',
    fix: 'See `journalctl -u meshway-proxy` on the host and whether it reaches the control plane, then run the command again; `--restart` restarts a proxy that is ready too.',
    exit: ExitCode.failed,
  },
  MW1440: {
    title: 'No run of this plan has joined hosts',
    cause: 'No run of plan {plan} that still stands is recorded in {directory}.',
    fix: 'Name the plan that was applied and the directory it was applied with (`--state-dir`). A run whose journal is lost is adopted first: `mesh migrate apply PLAN --adopt RUN`.',
    exit: ExitCode.usage,
  },
  MW1433: {
    title: 'Somebody still calls the old unit',
    cause:
      'During the look-back port(s) {ports} of {unit} on host {host} were reached by {who}. The look-back of {seconds} s begins anew.',
    fix: 'Find the caller and give it the name, the mesh or another address; then apply again. `mesh migrate rollback` still goes all the way back.',
    exit: ExitCode.paused,
  },
  MW1434: {
    title: 'The look-back is not over',
    cause:
      'Nobody may have reached {unit} on host {host} for {seconds} s before it is stopped; {left} s are left, until {ends}.',
    fix: 'Run apply again after that; the host keeps count by itself.',
    exit: ExitCode.paused,
  },
});
