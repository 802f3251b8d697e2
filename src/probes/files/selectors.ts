import type { KubeObject } from '../../ports/contracts.ts';
import type { LabelSelector } from './shapes.ts';

type Labels = Readonly<Record<string, string>>;

/** Whether a label selector names anything: an empty one means everybody. */
export function isPointed({ matchLabels = {}, matchExpressions = [] }: LabelSelector): boolean {
  return Object.keys(matchLabels).length > 0 || matchExpressions.length > 0;
}

/** Whether a label selector picks an object with these labels; an operator that does not exist picks nothing. */
export function picks({ matchLabels = {}, matchExpressions = [] }: LabelSelector, labels: Labels): boolean {
  return (
    Object.entries(matchLabels).every(([key, value]) => ownValue(labels, key) === value) &&
    matchExpressions.every(({ key, operator, values = [] }) => holds(operator, ownValue(labels, key), values))
  );
}

function holds(operator: string, value: string | undefined, values: readonly string[]): boolean {
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}

function ownValue(labels: Labels, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}

/** The labels of the pods that a workload makes. */
export function podLabelsOf(workload: KubeObject): Labels {
  const { template } = (workload['spec'] ?? {}) as { template?: { metadata?: { labels?: Record<string, string> } } };
  return template?.metadata?.labels ?? {};
}
