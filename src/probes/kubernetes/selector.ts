import type { KubeObject } from '../../ports/contracts.ts';

/** The labels by which an object selects its pods. One that selects by expressions counts as none, rather than as a wider one. */
export function selectorOf(object: KubeObject): Record<string, string> {
  const { selector } = (object['spec'] ?? {}) as {
    selector?: { matchLabels?: Record<string, string>; matchExpressions?: readonly unknown[] } | null;
  };
  return (selector?.matchExpressions ?? []).length > 0 ? {} : (selector?.matchLabels ?? {});
}
