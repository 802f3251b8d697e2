import { artifactPath, isArtifactName } from '../host-paths.ts';
import type { KubeRef, Operation, OperationKind, OperationOf } from '../operation.ts';

/** What an operation touches, in the words of those who run it. */
export interface Touched {
  objects: string[];
  files: string[];
  units: string[];
  connections: string[];
  /** What a person does. */
  byHand: string[];
}

const NOTHING: Touched = { objects: [], files: [], units: [], connections: [], byHand: [] };

type Rows = { readonly [K in OperationKind]: (operation: OperationOf<K>) => Partial<Touched> };

const objectName = (cluster: string, { kind, namespace, name }: Omit<KubeRef, 'apiVersion'>): string =>
  `${kind} ${namespace}/${name} in cluster ${cluster}`;

/** `spec.replicas=2`, for each value that is set. */
function leaves(fields: Readonly<Record<string, unknown>>, at = ''): string[] {
  return Object.entries(fields).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null
      ? leaves({ ...value }, `${at}${name}.`)
      : [`${at}${name}=${JSON.stringify(value)}`],
  );
}

/** What each kind of operation touches, and how. */
const rows: Rows = {
  'kube.create': ({ cluster, manifest }) => ({
    objects: [`creates ${objectName(cluster, { kind: manifest.kind, ...manifest.metadata })}`],
  }),
  'kube.delete': ({ cluster, ref }) => ({ objects: [`deletes ${objectName(cluster, ref)}`] }),
  'kube.set': ({ cluster, ref, fields }) => ({
    objects: [`sets ${leaves(fields).join(', ')} of ${objectName(cluster, ref)}`],
  }),
  'kube.unset': ({ cluster, ref, fields }) => ({
    objects: [`gives ${leaves(fields).join(', ')} of ${objectName(cluster, ref)} back what it was`],
  }),
  'route.weights': ({ cluster, ref, backends }) => {
    const shares = backends.map(({ name, weight }) => `${weight} % to ${name}`).join(', ');
    // With more than two backends the route has several rules, each with some of them.
    const byRule = backends.length > 2 ? ', by the backends of the rule that each matches' : '';
    return { objects: [`weighs ${objectName(cluster, ref)}`], connections: [`of new requests to ${ref.name}${byRule}, ${shares}`] };
  },
  'host.install': ({ host, artifact, version, sha256 }) => ({
    files: [
      `${host}: ${isArtifactName(artifact) ? artifactPath(artifact, sha256) : artifact} (${artifact} ${version}, by its digest)`,
    ],
  }),
  'host.files': ({ host, files }) => ({ files: files.map(({ path, mode }) => `${host}: ${path} ${mode}`) }),
  'host.unit': ({ host, unit, want }) => ({ units: [`${want === 'running' ? 'starts' : 'stops'} ${unit} on ${host}`] }),
  'host.capture': ({ host, capture, deadmanSeconds }) => {
    const { inboundPorts, excludeInboundPorts, excludeOutboundPorts } = capture;
    const but = excludeOutboundPorts.length === 0 ? '' : `, but to ports ${excludeOutboundPorts.join(', ')}`;
    return {
      connections: [
        `new connections to ${host} on ports ${inboundPorts.join(', ') || 'none'} go through its proxy, and all from it${but}; established ones live on`,
        `ports ${excludeInboundPorts.join(', ')} of ${host} are left alone; a switch undoes it all after ${deadmanSeconds} s unless a new login works`,
      ],
    };
  },
  'host.uncapture': ({ host }) => ({ connections: [`new connections of ${host} pass by its proxy again`] }),
  'host.drain': ({ host, timeoutSeconds, thenClose }) => ({
    connections: [
      `the proxy of ${host} asks its connections to end, for up to ${timeoutSeconds} s; what is left ${thenClose ? 'ends with it' : 'is waited for'}`,
    ],
  }),
  'host.remove': ({ host, units, paths }) => ({
    files: paths.map((path) => `${host}: removes ${path}`),
    units: units.map((unit) => `removes ${unit} from ${host}`),
  }),
  'host.recycle': ({ host, unit, peers, waitSeconds }) => ({
    units: [`restarts ${unit} on ${host}, if it must`],
    connections: [
      `of ${unit} to ${peers.map(({ address, port }) => `${address}:${port}`).join(', ')}, those older than the capture have ${waitSeconds} s to end`,
    ],
  }),
  'host.quiet': ({ host, unit, ports, seconds, want }) => ({
    connections:
      want === 'quiet'
        ? [`nobody from outside the mesh may reach ${unit} on ${host} (ports ${ports.join(', ')}) for ${seconds} s`]
        : [`what was noted of calls to ${unit} on ${host} is forgotten`],
  }),
  'host.retire': ({ host, unit }) => ({
    units: [`disables and stops ${unit} on ${host}, for good`],
    connections: [`those that ${unit} has opened itself end with it`],
  }),
  manual: ({ instruction }) => ({ byHand: [instruction] }),
};

/** What operations touch, each thing once. */
export function touchedBy(operations: readonly Operation[]): Touched {
  const found = operations.map((operation) => ({
    ...NOTHING,
    // The table keeps the kinds apart, and the compiler cannot follow that.
    ...(rows[operation.op] as (operation: Operation) => Partial<Touched>)(operation),
  }));
  const all = (of: keyof Touched): string[] => [...new Set(found.flatMap((one) => one[of]))];
  return {
    objects: all('objects'),
    files: all('files'),
    units: all('units'),
    connections: all('connections'),
    byHand: all('byHand'),
  };
}

/** The same in one list, for what is undone. */
export const operationWords = (operations: readonly Operation[]): string[] => Object.values(touchedBy(operations)).flatMap((words: string[]) => words);
