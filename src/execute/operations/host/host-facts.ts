/** The facts a script printed, `name value` a line. They come from a host: only ever compared, counted or shown. */
export class HostFacts {
  readonly #facts = new Map<string, string[]>();

  constructor(stdout: string) {
    for (const line of stdout.split('\n')) {
      const { name, value = '' } = /^(?<name>[a-z-]+) (?<value>.*)$/.exec(line.trimEnd())?.groups ?? {};
      if (name !== undefined) this.#facts.set(name, [...(this.#facts.get(name) ?? []), value]);
    }
  }

  all(name: string): string[] {
    return this.#facts.get(name) ?? [];
  }

  /** The last value under a name; empty when there is none. */
  last(name: string): string {
    return this.all(name).at(-1) ?? '';
  }

  has(name: string, value?: string): boolean {
    return value === undefined ? this.#facts.has(name) : this.all(name).includes(value);
  }
}
