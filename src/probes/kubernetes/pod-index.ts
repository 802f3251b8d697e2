import type { KubeObject } from '../../ports/contracts.ts';

type Labels = Readonly<Record<string, string>>;

/** Pods by namespace and by the label that selectors begin with: thousands of workloads ask for theirs among ten thousand. */
export class PodIndex {
  readonly #byLabel: ReadonlyMap<string, readonly KubeObject[]>;

  /** @param selectors all that will be asked for */
  constructor(pods: readonly KubeObject[], selectors: readonly Labels[]) {
    const firsts = new Set(selectors.flatMap((selector) => firstOf(selector)?.[0] ?? []));
    const byLabel = new Map<string, KubeObject[]>();
    for (const pod of pods)
      for (const name of firsts) {
        const { namespace, labels = {} } = pod.metadata;
        const value = Object.hasOwn(labels, name) ? labels[name] : undefined;
        if (value === undefined) continue;
        const key = keyOf(namespace, name, value);
        const own = byLabel.get(key);
        if (own === undefined) byLabel.set(key, [pod]);
        else own.push(pod);
      }
    this.#byLabel = byLabel;
  }

  /** Pods of a namespace that have all of these labels; none where no label is asked for. */
  selectedBy(namespace: string, selector: Labels): KubeObject[] {
    const first = firstOf(selector);
    const wanted = Object.entries(selector);
    if (first === undefined) return [];
    return (this.#byLabel.get(keyOf(namespace, ...first)) ?? []).filter(({ metadata: { labels = {} } }) =>
      wanted.every(([name, value]) => labels[name] === value),
    );
  }
}

function firstOf(selector: Labels): [name: string, value: string] | undefined {
  return Object.entries(selector).toSorted(([a], [b]) => (a < b ? -1 : 1))[0];
}

function keyOf(namespace: string | undefined, name: string, value: string): string {
  return `${namespace ?? ''} ${name} ${value}`;
}
