import type { KubeObject } from '../../ports/contracts.ts';

type Fields = Readonly<Record<string, unknown>>;

/** kubectl's copy of the whole object, which can be as long as the object itself. */
const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * What is kept of most objects as they are listed: all but the bookkeeping of field managers, of which only the names
 * are read, and kubectl's copy. In a large cluster these are half of all bytes.
 */
export function keepLean(object: KubeObject): KubeObject {
  const { managedFields, annotations, ...metadata } = object.metadata;
  const managers = Array.isArray(managedFields)
    ? [...new Set(managedFields.map((one: { manager?: string } | null) => one?.manager))]
    : [];
  const named = managers.flatMap((manager) => (typeof manager === 'string' ? [{ manager }] : []));
  return {
    ...object,
    metadata: {
      ...metadata,
      ...(isNothing(annotations) ? {} : { annotations: without(annotations, lastApplied) }),
      ...(named.length === 0 ? {} : { managedFields: named }),
    },
  };
}

/** What is kept of a pod: whose it is, whether it runs and where, which proxies are in it, and what its proxy asks for. */
export function keepPod({ apiVersion, kind, metadata, ...rest }: KubeObject): KubeObject {
  const [spec, status] = [fieldsOf(rest['spec']), fieldsOf(rest['status'])];
  const { name, namespace, labels, annotations, ownerReferences, deletionTimestamp } = metadata;
  return {
    apiVersion,
    kind,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      ...(isNothing(labels) ? {} : { labels }),
      ...(isNothing(annotations) ? {} : { annotations: onlyMeshes(annotations) }),
      ...ownersOf(ownerReferences),
      ...(isNothing(deletionTimestamp) ? {} : { deletionTimestamp }),
    },
    spec: { containers: names(spec['containers']), initContainers: names(spec['initContainers']) },
    status: { phase: status['phase'], podIP: status['podIP'] },
  };
}

/** What is kept of a definition of a custom resource: all but its schemas. */
export function keepDefinition(object: KubeObject): KubeObject {
  const spec = fieldsOf(object['spec']);
  const versions = Array.isArray(spec['versions']) ? (spec['versions'] as Fields[]) : [];
  const { apiVersion, kind, metadata } = keepLean(object);
  return {
    apiVersion,
    kind,
    metadata,
    spec: {
      group: spec['group'],
      names: spec['names'],
      scope: spec['scope'],
      versions: versions.map((one) => ({ name: one?.['name'], served: one?.['served'], storage: one?.['storage'] })),
    },
  };
}

/** What is kept of an object of which only the name and the marks count. */
export function keepMarks(object: KubeObject): KubeObject {
  const { apiVersion, kind, metadata } = keepLean(object);
  return { apiVersion, kind, metadata };
}

/** The controller alone: other owners decide nothing that is read. */
function ownersOf(references: unknown): { ownerReferences?: Fields[] } {
  const owners = (Array.isArray(references) ? references : []) as (Fields | null)[];
  const controller = owners.find((one) => one?.['controller'] === true);
  if (controller === undefined || controller === null) return {};
  return { ownerReferences: [{ kind: controller['kind'], name: controller['name'], controller: true }] };
}

/** Absent, or null, which some servers write instead. */
function isNothing(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function names(containers: unknown): { name: unknown }[] {
  return Array.isArray(containers) ? containers.map((one: { name?: unknown } | null) => ({ name: one?.name })) : [];
}

/** Annotations that meshes leave on the pods that they change. */
const meshMarks = /^(sidecar\.istio\.io|ambient\.istio\.io|linkerd\.io|consul\.hashicorp\.com|kuma\.io)\/[a-z-]{1,60}$/;

function onlyMeshes(annotations: Fields): Record<string, string> {
  const own = Object.entries(annotations).filter(([key, value]) => meshMarks.test(key) && typeof value === 'string');
  return Object.fromEntries(own.map(([key, value]) => [key, (value as string).slice(0, 256)]));
}

function without(annotations: Fields, name: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(annotations).filter(([key, value]) => key !== name && typeof value === 'string'),
  ) as Record<string, string>;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
