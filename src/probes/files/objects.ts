import { isMeshError, meshError, type MeshError } from '../../errors/mesh-error.ts';
import type { KubeObject } from '../../ports/contracts.ts';
import { parseCluster } from '../kubernetes/index.ts';
import type { RawCluster } from '../kubernetes/read.ts';
import type { SourceDocument } from './documents.ts';
import { printable } from './printable.ts';
import { shapes } from './shapes.ts';
import { sourceFinding, type Parsed } from './source.ts';

const MAX_LISTS = 4;
export const workloadKinds = /^(Deployment|StatefulSet|DaemonSet)$/;

/** An object of a file, as the Kubernetes probe would have got it. */
export interface SourceObject {
  source: string;
  object: KubeObject;
}

interface Fields {
  readonly [field: string]: unknown;
}

/**
 * The objects of a document that discovery reads, lists taken apart. Each is checked by itself, so that one that no
 * cluster would take is a finding about its source. Secrets and kinds that say nothing about calls are passed over.
 *
 * @param namespace of objects that name none
 */
export function readObjects({ source, data }: SourceDocument, namespace: string): Parsed<SourceObject> {
  const parsed: Parsed<SourceObject> = { found: [], findings: [] };
  const unread = new Set<string>();
  for (const item of flatten(data, 0)) {
    const kind = kindOf(item);
    if (kind !== undefined && shapeOf(item) === undefined && hasContainers(item, 0)) unread.add(printable(kind, 40));
    const object = readObject(item, namespace, source);
    if (isMeshError(object)) parsed.findings.push(sourceFinding('error', source, object));
    else if (object !== undefined) parsed.found.push({ source, object });
  }
  const kinds = [...unread].sort().slice(0, 10).join(', ');
  if (kinds !== '') parsed.findings.push(sourceFinding('warning', source, meshError('MW1037', { source, kinds })));
  return parsed;
}

function flatten(data: unknown, depth: number): unknown[] {
  const { items } = fieldsOf(data) ?? {};
  const isList = kindOf(data)?.endsWith('List') === true && Array.isArray(items) && depth < MAX_LISTS;
  return isList ? (items as unknown[]).flatMap((item) => flatten(item, depth + 1)) : [data];
}

function readObject(data: unknown, namespace: string, source: string): KubeObject | MeshError | undefined {
  const fields = fieldsOf(data);
  const kind = kindOf(data);
  const { apiVersion } = fields ?? {};
  if (fields === undefined || kind === undefined || typeof apiVersion !== 'string')
    return meshError('MW1034', { source, reason: 'it has no apiVersion and kind' });
  const shape = shapeOf(data);
  if (shape === undefined) return undefined;
  const checked = shape.safeParse(withoutNulls(fields));
  if (checked.success) return inNamespace(checked.data as KubeObject, namespace, source);
  const [issue] = checked.error.issues;
  const reason = `${issue?.path.join('.') ?? ''}: ${issue?.message ?? ''}`;
  return invalid(source, nameOf(kind, fields), reason);
}

function shapeOf(data: unknown): (typeof shapes)[string] | undefined {
  const { apiVersion } = fieldsOf(data) ?? {};
  const [group = '', version] = typeof apiVersion === 'string' ? apiVersion.split('/', 2) : [];
  const name = `${version === undefined ? '' : group} ${kindOf(data) ?? ''}`;
  return Object.hasOwn(shapes, name) ? shapes[name] : undefined;
}

/** Whether an object makes pods: it has containers, or a template that does, or a template of such a template. */
function hasContainers(data: unknown, depth: number): boolean {
  const { spec, template, jobTemplate } = fieldsOf(data) ?? {};
  if (Array.isArray(fieldsOf(spec)?.['containers'])) return true;
  return depth < 4 && [spec, template, jobTemplate].some((part) => hasContainers(part, depth + 1));
}

/** What the probe itself makes of an object alone: where it throws or refuses, the object is what is wrong. */
function inNamespace(object: KubeObject, namespace: string, source: string): KubeObject | MeshError {
  const { metadata, kind } = object;
  const placed = { ...object, metadata: { ...metadata, namespace: metadata.namespace ?? namespace } };
  try {
    parseCluster('files', {
      ...emptyCluster(),
      workloads: workloadKinds.test(kind) ? [placed] : [],
      services: kind === 'Service' ? [placed] : [],
    });
    return placed;
  } catch (error) {
    const reason = isMeshError(error) ? String(error.args['reason']) : 'a field of it is not what its kind has there';
    return invalid(source, objectName(placed), reason);
  }
}

/** A cluster that nothing is known of yet. */
export function emptyCluster(): RawCluster {
  return {
    version: '',
    uid: '',
    workloads: [],
    pods: [],
    services: [],
    endpointSlices: [],
    crds: [],
    namespaces: [],
    controlPlane: null,
  };
}

/** `Deployment shop/web`. */
export function objectName({ kind, metadata: { namespace = '', name } }: KubeObject): string {
  return `${kind} ${namespace}/${name}`;
}

function nameOf(kind: string, fields: Fields): string {
  const name = fieldsOf(fields['metadata'])?.['name'];
  return typeof name === 'string' ? `${kind} ${printable(name, 80)}` : `a ${kind} without a name`;
}

function invalid(source: string, object: string, reason: string): MeshError {
  return meshError('MW1035', { source, object, reason: printable(reason) });
}

function kindOf(data: unknown): string | undefined {
  const kind = fieldsOf(data)?.['kind'];
  return typeof kind === 'string' ? kind : undefined;
}

function fieldsOf(data: unknown): Fields | undefined {
  return typeof data === 'object' && data !== null && !Array.isArray(data) ? (data as Fields) : undefined;
}

/** An API server takes a field that is null for one that is not there. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  const fields = fieldsOf(value);
  if (fields === undefined) return value;
  const present = Object.entries(fields).filter(([, field]) => field !== null);
  return Object.fromEntries(present.map(([name, field]) => [name, withoutNulls(field)]));
}
