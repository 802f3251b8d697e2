import { kubectl, type VmName, vmNames, vmShell } from '../handle.ts';

/** Kinds whose objects are made by controllers from others, or are records of what happened. */
const DERIVED = [
  'pods',
  'replicasets.apps',
  'events',
  'events.events.k8s.io',
  'endpoints',
  'endpointslices.discovery.k8s.io',
  'leases.coordination.k8s.io',
  'controllerrevisions.apps',
];
const NAMESPACES = ['shop', 'outside', 'istio-system'];

type Json = { [key: string]: unknown };

/** What a migration that was taken back must have left as it was. */
export interface Snapshot {
  cluster: Record<string, unknown>;
  hosts: Record<string, { files: string[]; units: string[]; firewall: string[] }>;
}

export async function takeSnapshot(machines: readonly VmName[] = vmNames): Promise<Snapshot> {
  const hosts = await Promise.all(machines.map(async (vm) => [vm, await hostSnapshot(vm)] as const));
  return { cluster: await clusterSnapshot(), hosts: Object.fromEntries(hosts) };
}

async function clusterSnapshot(): Promise<Record<string, unknown>> {
  const kinds = (await kubectl(['api-resources', '--namespaced=true', '--verbs=list', '--output=name'])).stdout
    .split('\n')
    .filter((kind) => kind !== '' && !DERIVED.includes(kind));
  const found: Record<string, unknown> = {};
  for (const namespace of NAMESPACES) {
    const { items } = JSON.parse(
      (await kubectl(['-n', namespace, 'get', kinds.join(','), '--output=json', '--ignore-not-found'])).stdout ||
        '{"items":[]}',
    ) as { items: Json[] };
    for (const item of items) {
      const { kind, metadata, status: _, ...rest } = item as Json & { metadata: Json };
      found[`${namespace}/${String(kind)}/${String(metadata['name'])}`] = { metadata: specOf(metadata), ...rest };
    }
  }
  return found;
}

/** Metadata without what the server counts: versions, times, managers, the Deployment controller's revision, who leads. */
function specOf(metadata: Json): Json {
  const {
    resourceVersion: _,
    uid: __,
    generation: ___,
    creationTimestamp: ____,
    managedFields: _____,
    annotations,
    ...rest
  } = metadata;
  const {
    'deployment.kubernetes.io/revision': ______,
    'control-plane.alpha.kubernetes.io/leader': _______,
    ...kept
  } = (annotations ?? {}) as Json;
  return { ...rest, annotations: kept };
}

/** Everything that configures a host; logs, counters and what systemd keeps for itself are not configuration. */
const FILES = `
find / -xdev \\( -path /proc -o -path /sys -o -path /run -o -path /tmp -o -path /var/tmp -o -path /var/log -o -path /var/cache -o -path /var/lib/systemd -o -path /counts -o -path /dev \\) -prune \\
  -o \\( -type f -o -type l -o -type d \\) -printf '%y %m %U:%G %p %l\\n' | sort
find /etc /usr/local /root /home /var/lib /opt /srv -xdev \\( -path /var/lib/systemd \\) -prune -o -type f -exec sha256sum {} + | sort -k2
find /tmp /var/tmp /run/systemd/transient -mindepth 1 -not -path '*systemd-private*' 2>/dev/null | sort`;

const UNITS = `systemctl list-unit-files --no-legend --no-pager | sort; systemctl list-units --all --type=service,timer --no-legend --no-pager --plain | awk '$1 !~ /^(session-|user@|user-runtime|run-|systemd-|ssh@|logrotate|dpkg-db|apt-|e2scrub|fstrim|man-db|nightly)/ {print $1,$2,$3,$4}' | sort`;

/** All tables of both backends. A table without a rule is the same as no table: looking at it makes it. */
const FIREWALL =
  'for tool in iptables-nft-save iptables-legacy-save ip6tables-nft-save ip6tables-legacy-save; do echo "# $tool"; $tool 2>/dev/null || true; done';

async function hostSnapshot(vm: VmName): Promise<Snapshot['hosts'][string]> {
  const lines = async (script: string): Promise<string[]> => (await vmShell(vm, script)).stdout.split('\n');
  return {
    files: await lines(FILES),
    units: await lines(UNITS),
    firewall: (await lines(FIREWALL)).filter((line) =>
      /^(-|# \w+tables-)|^:(?!PREROUTING|INPUT|FORWARD|OUTPUT|POSTROUTING)/.test(line),
    ),
  };
}
