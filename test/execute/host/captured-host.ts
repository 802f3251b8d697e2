import { HostFacts } from '../../../src/execute/operations/host/host-facts.ts';
import { captureRules } from '../../../src/execute/operations/host/rules.ts';
import {
  ESTATE_UNIT_SCRIPT,
  LOOK_BACK_STATE_SCRIPT,
  QUIET_SCRIPT,
} from '../../../src/execute/operations/host/scripts/look-back.ts';
import { INSTALL_RULES, REMOVE_RULES } from '../../../src/execute/operations/host/scripts/on-host.ts';
import { PRELUDE } from '../../../src/execute/operations/host/scripts/prelude.ts';
import { HostNamespace } from './host-namespace.ts';

/** The unit of the estate on it. */
export const unit = 'catalog.service';
const rules = captureRules(
  {
    proxyUid: 1337,
    inboundPorts: [8080],
    excludeInboundPorts: [22],
    excludeOutboundPorts: [],
    inboundProxyPort: 15006,
    outboundProxyPort: 15001,
  },
  'run-1',
);
const variables = {
  run: 'run-1',
  plan: 'sha256:x',
  token: '3',
  unit,
  ports: '8080',
  seconds: '600',
  proxy_unit: 'meshway-proxy.service',
  capture_unit: 'meshway-capture.service',
  stop_seconds: '5',
};

/** A captured host as the operations before leave it: rules by a backend, their record, a proxy that counts. */
const captured = (backend: string): string => `${PRELUDE}
set -e
rm -rf "$home" /var/lib/units
mkdir -p "$capture" "$home/proxy" /var/lib/units
printf '%s\\n' 'case $1 in requests) cat /var/lib/meshway/served ;; ports) echo 15001 15006 ;; esac' | sed '1i #!/bin/sh' > "$home/proxy/control"
chmod +x "$home/proxy/control"
echo 0 > "$home/served"
printf 'run run-1\\nplan sha256:x\\ntoken 3\\n' > "$home/owner"
cd /var/lib/units && touch ${unit} ${unit}.active ${unit}.enabled meshway-capture.service.active && echo a > meshway-proxy.service.invocation && echo a > meshway-capture.service.invocation
echo ${backend} > "$capture/backend"; cp "$rules_file" "$capture/rules"
sh -c "$install"
our_rules > "$capture/live"
ln -s confirmed "$capture/outcome"
`;

/** A host with the rules of a capture, on which scripts run as they do over SSH. */
export class CapturedHost {
  readonly host = new HostNamespace();

  /** A host anew, as it is after its capture. */
  reset(backend = 'iptables-nft'): void {
    this.uncapture();
    this.host.run('nft flush ruleset');
    // What was tracked before is no caller of what follows.
    this.host.run('conntrack -F 2>/dev/null');
    this.capture(backend);
  }

  capture(backend = 'iptables-nft'): void {
    const script = `rules_file=/var/lib/rules; printf '%s' "$rules" > "$rules_file"\n${captured(backend)}`;
    this.must(script, { rules, install: INSTALL_RULES });
  }

  /** No rule of ours is left in either backend. */
  uncapture(): void {
    this.must('sh -c "$remove" remove all', { remove: REMOVE_RULES });
  }

  must(script: string, more: Record<string, string> = {}): HostFacts {
    const { status, stdout, stderr } = this.host.run(script, { ...variables, ...more });
    if (status !== 0) throw new Error(`status ${status}: ${stdout}${stderr}`);
    return new HostFacts(stdout);
  }

  /** The verdict of one look, which may change the mark. */
  look(more: Record<string, string> = {}): string {
    return this.must(QUIET_SCRIPT, more).last('verdict');
  }

  /** The reason with which a script refuses; empty when it does not. */
  refusal(script: string, more: Record<string, string> = {}): string {
    return new HostFacts(this.host.run(script, { ...variables, ...more }).stdout).last('refused');
  }

  state(more: Record<string, string> = {}): HostFacts {
    return this.must(LOOK_BACK_STATE_SCRIPT, more);
  }

  isRunning(): boolean {
    return this.must(ESTATE_UNIT_SCRIPT).has('active', 'active');
  }

  close(): void {
    this.host.close();
  }
}
