import type { Sketch } from './sketch.ts';

/** What is read of an Istio Sidecar. */
export interface SidecarSpec {
  workloadSelector?: { labels?: Record<string, string> };
  egress: { hosts: string[] }[];
  outboundTrafficPolicy?: { mode?: string };
}

type Labels = Record<string, string>;

export const isSelected = (selector: Labels, labels: Labels): boolean =>
  Object.entries(selector).every(([key, value]) => labels[key] === value);

/** Proxies that are told of some hosts alone: whom each object selects, and the hosts. */
export class Scopes {
  readonly #objects = new Map<string, { selector: Labels; hosts: Set<string> }>();
  /** What was wrong with an object from its first moment on. */
  readonly problems: string[] = [];

  add(name: string, { workloadSelector, egress, outboundTrafficPolicy }: SidecarSpec): void {
    const selector = workloadSelector?.labels ?? {};
    if (Object.keys(selector).length === 0) this.problems.push(`${name} narrows every proxy of its namespace`);
    // A call that nobody saw goes on as if there were no mesh.
    if (outboundTrafficPolicy?.mode !== 'ALLOW_ANY') this.problems.push(`${name} refuses what it does not name`);
    this.#objects.set(name, { selector, hosts: new Set(egress.flatMap(({ hosts }) => hosts)) });
  }

  remove(name: string): void {
    this.#objects.delete(name);
  }

  get names(): string[] {
    return [...this.#objects.keys()];
  }

  /** The hosts that proxies with these labels are told of; undefined for all of them. */
  toldTo(labels: Labels): Set<string> | undefined {
    const own = [...this.#objects].filter(([, { selector }]) => isSelected(selector, labels));
    if (own.length > 1) this.problems.push(`${own.map(([name]) => name).join(' and ')} narrow the same proxies`);
    return own[0]?.[1].hosts;
  }
}

/** What is wrong with the hosts that a caller's proxy is told of, seen from one of its callees. */
export function lackedBy(
  told: ReadonlySet<string>,
  { name, hostname, twin, path }: Sketch,
  isPublished: boolean,
): string[] {
  const entry = `shop/${hostname}`;
  if (!isPublished) return told.has(entry) ? [`is told of ${entry}, which nobody publishes`] : [];
  const isWeighed = twin && path !== 'platform-first' && path !== 'stay';
  const backends = isWeighed ? ['vm', 'k8s'].map((side) => `shop/${name}-${side}.shop.svc.cluster.local`) : [];
  return [entry, ...backends].filter((host) => !told.has(host)).map((host) => `is not told of ${host}`);
}
