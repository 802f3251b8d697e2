import type { KubeObject } from '../../ports/contracts.ts';
import { picks, podLabelsOf } from './selectors.ts';
import type { PolicyPort } from './shapes.ts';

interface ServicePort {
  port: number;
  protocol?: string;
  targetPort?: number | string;
}
interface ContainerPort {
  name?: string;
  containerPort: number;
}

/**
 * The ports that callers use for what a rule lets through: a policy speaks of pods' ports, callers of Services'.
 * A pod's port that no Service leads to stands for itself; a rule without ports means all that Services lead to.
 */
export function callersPorts(
  rule: readonly PolicyPort[] | undefined,
  workload: KubeObject,
  services: readonly KubeObject[],
): number[] {
  const containers = containerPortsOf(workload);
  const numberOf = (port: number | string): number | undefined =>
    typeof port === 'number' ? port : containers.find(({ name }) => name === port)?.containerPort;
  const offered = services
    .filter((service) => isBefore(service, workload))
    .flatMap(servicePortsOf)
    .flatMap(({ port, targetPort = port }) => ({ port, behind: numberOf(targetPort) }));
  if (rule === undefined || rule.length === 0) return unique(offered.map(({ port }) => port));
  return unique(
    rule
      .filter(({ protocol = 'TCP' }) => protocol === 'TCP')
      .flatMap(({ port, endPort }) => {
        const first = port === undefined ? 0 : numberOf(port);
        if (first === undefined) return [];
        const last = port === undefined ? 65_535 : (endPort ?? first);
        const reached = offered.filter(({ behind = -1 }) => behind >= first && behind <= last);
        return reached.length === 0 && first === last ? [first] : reached.map((one) => one.port);
      }),
  );
}

/** Whether a Service leads to a workload's pods. */
function isBefore(service: KubeObject, workload: KubeObject): boolean {
  const { selector = {} } = (service['spec'] ?? {}) as { selector?: Record<string, string> };
  const isSame = service.metadata.namespace === workload.metadata.namespace;
  return isSame && Object.keys(selector).length > 0 && picks({ matchLabels: selector }, podLabelsOf(workload));
}

function servicePortsOf(service: KubeObject): ServicePort[] {
  const { ports = [] } = (service['spec'] ?? {}) as { ports?: ServicePort[] };
  return ports.filter(({ protocol = 'TCP' }) => protocol === 'TCP');
}

function containerPortsOf(workload: KubeObject): ContainerPort[] {
  const spec = workload['spec'] as { template?: { spec?: { containers?: { ports?: ContainerPort[] }[] } } } | undefined;
  return (spec?.template?.spec?.containers ?? []).flatMap(({ ports = [] }) => ports);
}

function unique(ports: readonly number[]): number[] {
  return [...new Set(ports)].sort((a, b) => a - b);
}
