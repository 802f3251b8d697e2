import type { VmName } from '../../lab/handle.ts';
import { vmShell } from '../../lab/handle.ts';
import { objectsOf } from './api.ts';

type Json = Record<string, unknown>;

/** What two ends are compared by: a line for each thing there is, with all that it says. */
export type State = Record<string, string>;

/** What one plan can change: the objects of its namespace, and a host. */
export interface Scope {
  namespace: string;
  host?: VmName;
}

/**
 * The objects, the host's files and its firewall, without what must differ between two runs: resourceVersion, uid, times,
 * the name of the run, tokens.
 */
export async function readState({ namespace, host }: Scope, run: string): Promise<State> {
  const [objects, lines] = await Promise.all([objectsOf(namespace), host === undefined ? [] : hostLines(host)]);
  const state: State = {};
  for (const object of objects) {
    const { kind, metadata } = object as { kind: string; metadata: { name: string } };
    state[neutral(`${kind}/${metadata.name}`, run)] = neutral(JSON.stringify(plainOf(object)), run);
  }
  for (const line of lines) state[neutral(`${host ?? ''}: ${line}`, run)] = 'there';
  return state;
}

const neutral = (text: string, run: string): string => (run === '' ? text : text.replaceAll(run, 'RUN'));

/** What differs between two states, for people. */
export function differences(wanted: State, found: State): string[] {
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(found)])].sort();
  return names.flatMap((name) => {
    if (wanted[name] === found[name]) return [];
    if (found[name] === undefined) return [`missing: ${name}`];
    return wanted[name] === undefined ? [`too much: ${name}`] : [`${name}: ${found[name]} instead of ${wanted[name]}`];
  });
}

function plainOf(object: Json): Json {
  const { metadata, status: _status, data, ...rest } = object as Json & { metadata: Json };
  // Who holds a Lease, since when and how often it changed hands differs with every process.
  if (object['kind'] === 'leases') return { metadata: { name: metadata['name'] } };
  const kept = { ...rest, metadata: plainMetadata(metadata, object['kind'] === 'workloadentries') };
  return data === undefined ? kept : { ...kept, data: plainData(data as Record<string, string>) };
}

/** istiod writes into the annotations of an entry when and through which of its own pods a proxy registered. */
function plainMetadata(metadata: Json, isEntry: boolean): Json {
  const {
    resourceVersion: _v,
    uid: _u,
    generation: _g,
    creationTimestamp: _c,
    managedFields,
    annotations = {},
    ...rest
  } = metadata;
  const { ownerReferences: _o, ...named } = rest;
  const counted = /^(deployment\.kubernetes\.io\/revision|meshway\.dev\/token)$/;
  const said = Object.entries(annotations as Json).map(([name, value]) => [
    name,
    counted.test(name) ? 'counted' : value,
  ]);
  return isEntry
    ? named
    : { ...named, annotations: Object.fromEntries(said) as Json, managers: managersOf(managedFields) };
}

/** Who owns which fields: a difference there changes what the next server-side apply does. */
function managersOf(fields: unknown): unknown[] {
  const entries = (fields ?? []) as { manager: string; operation: string; subresource?: string; fieldsV1: unknown }[];
  const meant = entries.filter(({ subresource }) => subresource === undefined);
  return meant.map(({ manager, operation, fieldsV1 }) => `${manager} ${operation} ${JSON.stringify(fieldsV1)}`).sort();
}

/** Pre-images hold the uid of the object that they are of. */
function plainData(data: Record<string, string>): Json {
  const decode = (text: string): string =>
    Buffer.from(text, 'base64')
      .toString('utf8')
      .replaceAll(/"uid":"[^"]*"/g, '"uid":""');
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [key, decode(value)]));
}

/** Files with their modes, owners and contents, units, settings of the kernel, and the rules of both backends. */
const HOST = `
run=$(sed -n 's/^run //p' /var/lib/meshway/owner 2>/dev/null)
find / -xdev \\( -path /proc -o -path /sys -o -path /run -o -path /tmp -o -path /var/tmp -o -path /var/log -o -path /var/cache -o -path /var/lib/systemd -o -path /counts -o -path /dev \\) -prune \\
  -o \\( -type f -o -type l -o -type d \\) -printf '%y %m %U:%G %p %l\\n'
find /tmp /run/systemd/transient -mindepth 1 -not -path '*systemd-private*' 2>/dev/null
find /etc /usr/local /root /home -xdev -type f ! -name 'meshway-*' -exec sha256sum {} +
find /var/lib/meshway/artifacts -type f -exec sha256sum {} + 2>/dev/null
find /var/lib/meshway /etc/systemd/system/meshway-* -type f ! -path '*/artifacts/*' ! -path '*/istio-token' ! -name '*.pem' ! -path '*/lookback/*' ! -path '*/runs/*' -size -64k 2>/dev/null | while read -r file; do
  printf 'content %s %s\\n' "$file" "$(sed -e 's/^token [0-9]*$/token N/' -e 's/^at 20[0-9TZ:-]*$/at T/' -e 's/^[0-9a-f]\\{32\\}$/INVOCATION/' -e "s/\${run:-none}/RUN/g" "$file" | sha256sum)"
done
cd /proc/sys/net/netfilter 2>/dev/null && grep -H . nf_conntrack_tcp_loose nf_conntrack_tcp_timeout_time_wait nf_conntrack_tcp_timeout_fin_wait nf_conntrack_tcp_timeout_close_wait nf_conntrack_tcp_timeout_close 2>/dev/null
systemctl list-unit-files --no-legend --no-pager
systemctl list-units --all --no-legend --no-pager --plain 'meshway*' 'crash-*' | awk '{print $1,$2,$3,$4}'
for tool in iptables-nft-save iptables-legacy-save ip6tables-nft-save ip6tables-legacy-save; do $tool 2>/dev/null | grep -E '^(-|:(MESHWAY|ISTIO))' | sed -e 's/ \\[[0-9:]*\\]$//' -e "s/^/$tool /"; done
true`;

async function hostLines(host: VmName): Promise<string[]> {
  return (await vmShell(host, HOST)).stdout.split('\n').filter((line) => line !== '');
}
