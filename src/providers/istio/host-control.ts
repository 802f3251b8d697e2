import type { CaptureSpec } from '../../plans/operation.ts';
import { HOST_HOME } from '../../plans/host-paths.ts';

/** Longer than the start waits for the planned address. */
const HEALTHY_SECONDS = 20;
const SERVES_SECONDS = 5;
/** How often a proxy that lacks its ports is started again. More would be a loop. */
const TRIES = 2;

/** What the script's questions are made of: `healthy`, `serves`, `misled` and `settle`. */
const questions = (
  agent: string,
  ports: readonly number[],
): string => `is_captured() { [ "$(readlink ${HOST_HOME}/capture/outcome)" = confirmed ]; }
again=${HOST_HOME}/proxy/started-again
healthy() { ${agent} request --debug-port 15021 GET healthz/ready; }
# Whether it has a cluster for each port that the capture sends to it.
serves() {
  known=$(${agent} request --debug-port 15000 GET clusters) || return 1
  for port in ${ports.join(' ')}; do
    printf '%s\\n' "$known" | grep -q "^inbound|$port|" || { echo "it has no cluster for port $port" >&2; return 1; }
  done
}
# Whether a listener leads one of these ports to a cluster that is not there.
misled() {
  known=$(${agent} request --debug-port 15000 GET clusters) || return 0
  led=$(${agent} request --debug-port 15000 GET 'config_dump?resource=dynamic_listeners&name_regex=virtualInbound') || return 0
  for port in ${ports.join(' ')}; do
    printf '%s\\n' "$known" | grep -q "^inbound|$port|" && continue
    case $led in *"\\"inbound|$port|"*) echo "its listener leads port $port to a cluster that is not there" >&2; return 0 ;; esac
  done
  return 1
}
within() {
  left=$1
  until "$2" >/dev/null 2>&1; do
    [ "$left" -gt 0 ] || return 1
    sleep 1
    left=$((left - 1))
  done
}
# After each start on a captured host: a proxy that misleads a port is started again by its unit, ${TRIES} times at most.
settle() {
  is_captured || return 0
  tries=$(cat "$again" 2>/dev/null)
  rm -f "$again"
  within ${HEALTHY_SECONDS} healthy && ! within ${SERVES_SECONDS} serves && misled && [ "\${tries:-0}" -lt ${TRIES} ] || return 0
  echo $((\${tries:-0} + 1)) > "$again"
  echo "the proxy is healthy and misleads one of port(s) ${ports.join(', ')}: it is started again"
  return 1
}
`;

/**
 * What host operations ask the proxy, whatever mesh it is of. curl may be missing on a host; the agent is there.
 *
 * On a captured host `ready` is more than Envoy's readiness: no listener may lead a port to a cluster that is not there.
 * istiod computes a proxy's listeners and its clusters at different moments; if the registration of the host arrives
 * between the two, every request to that port is answered 503 until something makes istiod push all of it
 * (istio/istio#58839, #28743). A new start finds the registration there. A port of a name that is gone leads nowhere, and
 * passes through: that is no fault.
 */
export function controlScript(agent: string, capture: CaptureSpec): string {
  const ports = capture.inboundPorts.filter((port) => !capture.excludeInboundPorts.includes(port));
  return `#!/bin/sh
# Usage: control ready | healthy | serves | settle | drain | clusters | requests PORT | ports
${questions(agent, ports)}case $1 in
  healthy) healthy; exit ;;
  ready) healthy && { ! is_captured || ! misled; }; exit ;;
  serves) serves; exit ;;
  settle) settle; exit ;;
  drain) exec ${agent} request --debug-port 15000 POST 'drain_listeners?graceful&skip_exit' ;;
  clusters) exec ${agent} request --debug-port 15000 GET 'clusters?format=json' ;;
  # How many requests it has handed to a port of this host since it started. Istio has Envoy make the counters of a
  # cluster when it is first used: one that it knows, and that has none, was handed nothing.
  requests)
    stats=$(${agent} request --debug-port 15000 GET 'stats?filter=upstream_rq_total') || exit 1
    found=$(printf '%s\\n' "$stats" | sed -n "s/^cluster\\.inbound|$2|.*upstream_rq_total: \\([0-9]*\\)$/\\1/p")
    if [ -z "$found" ]; then
      ${agent} request --debug-port 15000 GET clusters | grep -q "^inbound|$2|" || exit 1
      found=0
    fi
    printf '%s\\n' "$found"
    exit 0 ;;
  ports) echo ${capture.outboundProxyPort} ${capture.inboundProxyPort}; exit 0 ;;
esac
exit 64
`;
}
