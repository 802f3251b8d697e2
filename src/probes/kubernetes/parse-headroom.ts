import type { Amounts, Autoscaler, ResourceQuota } from '../../inventory/schema.ts';
import type { KubeObject } from '../../ports/contracts.ts';
import { quantityOf } from './parse-quantity.ts';

type Fields = Readonly<Record<string, unknown>>;

/** CPU in thousandths, memory in bytes and pods of a list of resources; `prefix` as in `requests.cpu`. */
export function amountsOf(resources: unknown, prefix = ''): Amounts {
  const of = (name: string): number | undefined => {
    // Without a prefix `cpu` means requests.cpu (ResourceQuota).
    const [named, plain] = [fieldsOf(resources)[prefix + name], fieldsOf(resources)[name]];
    return quantityOf(named ?? (prefix === 'requests.' ? plain : undefined));
  };
  const [cpu, memory, pods] = [
    of('cpu'),
    of('memory'),
    prefix === 'limits.' ? undefined : quantityOf(fieldsOf(resources)['pods']),
  ];
  return {
    ...(cpu === undefined ? {} : { cpu: Math.round(cpu * 1000) }),
    ...(memory === undefined ? {} : { memory: Math.round(memory) }),
    ...(pods === undefined ? {} : { pods }),
  };
}

/** A quota, and how much of it is used, by what the server counted last. */
export function parseQuota({ metadata: { name, namespace = '' }, ...rest }: KubeObject): ResourceQuota {
  const [spec, status] = [fieldsOf(rest['spec']), fieldsOf(rest['status'])];
  const hard = status['hard'] ?? spec['hard'];
  const side = (prefix: string): ResourceQuota['requests'] => ({
    hard: amountsOf(hard, prefix),
    used: amountsOf(status['used'], prefix),
  });
  const scopes = [spec['scopes'], fieldsOf(spec['scopeSelector'])['matchExpressions']];
  return {
    namespace,
    name,
    requests: side('requests.'),
    limits: side('limits.'),
    isScoped: scopes.some((one) => Array.isArray(one) && one.length > 0),
  };
}

/** An autoscaler, and what it scales by; one whose target has no name is none. */
export function parseAutoscaler({ metadata: { name, namespace = '' }, ...rest }: KubeObject): Autoscaler[] {
  const spec = fieldsOf(rest['spec']);
  const target = fieldsOf(spec['scaleTargetRef']);
  const [kind, targetName, max] = [target['kind'], target['name'], spec['maxReplicas']];
  if (typeof kind !== 'string' || typeof targetName !== 'string' || !isCount(max)) return [];
  const metrics = Array.isArray(spec['metrics']) ? spec['metrics'].map(fieldsOf) : [];
  const shares = metrics.flatMap((metric) => {
    const resource = fieldsOf(metric['resource']);
    const isShare = metric['type'] === 'Resource' && fieldsOf(resource['target'])['type'] === 'Utilization';
    return isShare && typeof resource['name'] === 'string' ? [resource['name']] : [];
  });
  return [
    {
      namespace,
      name,
      target: { kind, name: targetName },
      minReplicas: isCount(spec['minReplicas']) ? spec['minReplicas'] : 1,
      maxReplicas: max,
      byShareOf: [...new Set(shares)].sort(),
    },
  ];
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
