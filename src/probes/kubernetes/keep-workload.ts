import type { KubeObject } from '../../ports/contracts.ts';
import { keepLean } from './keep.ts';

type Fields = Readonly<Record<string, unknown>>;

const containerFields = [
  'name',
  'command',
  'args',
  'ports',
  'restartPolicy',
  'securityContext',
  'lifecycle',
  'resources',
];
const podFields = [
  'serviceAccountName',
  'terminationGracePeriodSeconds',
  'hostNetwork',
  'restartPolicy',
  'securityContext',
];
const specFields = [
  ...['replicas', 'selector', 'strategy', 'updateStrategy', 'serviceName', 'workloadRef'],
  ...['schedule', 'suspend', 'completions', 'parallelism'],
];
const statusFields = ['readyReplicas', 'desiredNumberScheduled', 'numberReady', 'conditions'];

/**
 * What is kept of an object that makes pods: what the parsers of this folder read. Tolerations, affinities, volumes that are no claims, and the
 * bodies of probes are most of a template, and nobody asks for them. Values from Secrets are references and go, too.
 */
export function keepWorkload(object: KubeObject): KubeObject {
  const { apiVersion, kind, metadata } = keepLean(object);
  const spec = fieldsOf(object['spec']);
  const kept = kind === 'Pod' ? keepPodSpec(spec) : keepSpec(spec);
  return { apiVersion, kind, metadata, spec: kept, status: pick(fieldsOf(object['status']), statusFields) };
}

function keepSpec(spec: Fields): Fields {
  const { template, jobTemplate, volumeClaimTemplates } = spec;
  return {
    ...pick(spec, specFields),
    ...(Array.isArray(volumeClaimTemplates) ? { volumeClaimTemplates: volumeClaimTemplates.map(keepName) } : {}),
    ...(template === undefined ? {} : { template: keepTemplate(fieldsOf(template)) }),
    ...(jobTemplate === undefined ? {} : { jobTemplate: { spec: keepSpec(fieldsOf(fieldsOf(jobTemplate)['spec'])) } }),
  };
}

function keepTemplate({ metadata, spec }: Fields): Fields {
  return { metadata: pick(fieldsOf(metadata), ['labels', 'annotations']), spec: keepPodSpec(fieldsOf(spec)) };
}

/** What is kept of what a pod consists of. */
export function keepPodSpec(spec: Fields): Fields {
  const { containers, initContainers, volumes } = spec;
  return {
    ...pick(spec, podFields),
    ...(Array.isArray(volumes) ? { volumes: volumes.flatMap(keepClaim) } : {}),
    ...(Array.isArray(containers) ? { containers: containers.map(keepContainer) } : {}),
    ...(Array.isArray(initContainers) ? { initContainers: initContainers.map(keepContainer) } : {}),
  };
}

function keepName(raw: unknown): Fields {
  return { metadata: pick(fieldsOf(fieldsOf(raw)['metadata']), ['name']) };
}

/** Volumes that outlive the pod; of any others nothing is read. */
function keepClaim(raw: unknown): Fields[] {
  const { persistentVolumeClaim } = fieldsOf(raw);
  return persistentVolumeClaim === undefined
    ? []
    : [{ persistentVolumeClaim: pick(fieldsOf(persistentVolumeClaim), ['claimName']) }];
}

function keepContainer(raw: unknown): Fields {
  const container = fieldsOf(raw);
  const { env, readinessProbe } = container;
  return {
    ...pick(container, containerFields),
    ...(readinessProbe === undefined ? {} : { readinessProbe: {} }),
    ...(Array.isArray(env) ? { env: env.map((one) => pick(fieldsOf(one), ['name', 'value'])) } : {}),
  };
}

function pick(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(names.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]])));
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
