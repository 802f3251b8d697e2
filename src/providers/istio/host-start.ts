import { meshError } from '../../errors/index.ts';

/** What the proxy's start needs to know. All of it is in the plan. */
export interface HostStart {
  /** The address the plan registers. */
  address: string;
  /** The control plane's, to which the host must have a route. */
  discovery: string;
  uid: number;
  agent: string;
  domain: string;
}

/** Seconds that a boot may take until the planned address is there. */
const WAIT_SECONDS = 10;

/** Runs its arguments with both outputs in a pipe, which a `cat` carries to the journal until the last writer has gone. */
const OUTPUT =
  'out=./etc/istio/proxy/output; rm -f "$out"; mkfifo -m 0600 "$out" && { cat "$out" & } && exec "$@" > "$out" 2>&1';

/** Both come from an inventory: nothing but an address may become part of a script. */
function addressOnly(text: string): string {
  if (!/^[0-9A-Fa-f.:]{2,45}$/.test(text))
    throw meshError('MW1999', { detail: `${JSON.stringify(text)} is no address` });
  return text;
}

/**
 * Starts the agent with the address to register. That is the planned one as long as the host has it; a host whose
 * address has changed registers the one it reaches the control plane from (not the first of many), and the mesh follows.
 * The address is the only thing that is decided here.
 *
 * A mesh whose `accessLogFile` is /dev/stdout makes Envoy open that path. What systemd gives a unit is a socket to the
 * journal, which nobody can open; a named pipe of the proxy's own user can be.
 *
 * systemd's User= wants an entry in the user database even for a number, and that database is not ours: setpriv does not.
 */
export function startScript({ address, discovery, uid, agent, domain }: HostStart): string {
  return `#!/bin/sh
planned=${addressOnly(address)}
has_planned() { ip -o addr show 2>/dev/null | grep -qwF "$planned"; }
left=${WAIT_SECONDS}
until has_planned || [ "$left" -eq 0 ]; do
  sleep 1
  left=$((left - 1))
done
INSTANCE_IP=$planned
if ! has_planned; then
  own=$(ip -o route get ${addressOnly(discovery)} 2>/dev/null | sed -n 's/.* src \\([0-9a-fA-F.:]*\\).*/\\1/p')
  [ -z "$own" ] || INSTANCE_IP=$own
  echo "the planned address $planned is not on this host: registering $INSTANCE_IP"
fi
export INSTANCE_IP
exec /usr/bin/setpriv --reuid=${uid} --regid=${uid} --clear-groups --inh-caps=-all /bin/sh -c '${OUTPUT}' agent ${agent} proxy sidecar --domain ${domain} --meshConfig ./etc/istio/config/mesh
`;
}
