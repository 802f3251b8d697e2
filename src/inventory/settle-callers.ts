import { joinAll, joinSamples } from './merge-evidence.ts';
import type { Dependency } from './schema.ts';

/**
 * Connections from a host of which no sample saw the process that opened them, now that all samples are in: the rule of
 * one moment over the whole window. If one process of that host is known to call this service on this port, it is that
 * one; if several are, the connections tell nothing new; if none is, the host itself stays the caller.
 */
export function settleCallers(dependencies: readonly Dependency[], hosts: readonly string[]): Dependency[] {
  const unknown = new Set(hosts.map((host) => `external/vm/${host}`));
  const known = Map.groupBy(
    dependencies.flatMap((one) => {
      const host = hostOf(one.from);
      return host === undefined || unknown.has(one.from) ? [] : [{ key: callKey(host, one), from: one.from }];
    }),
    ({ key }) => key,
  );
  const settled = dependencies.flatMap((one): Dependency[] => {
    const host = unknown.has(one.from) ? hostOf(one.from) : undefined;
    const callers = host === undefined ? undefined : known.get(callKey(host, one));
    if (callers === undefined) return [one];
    const [only, ...others] = callers;
    return only === undefined || others.length > 0 ? [] : [inferred(one, only.from)];
  });
  return joinAll(settled, joinSamples);
}

function inferred(dependency: Dependency, from: string): Dependency {
  const evidence = dependency.evidence.map((one) => ({ ...one, confidence: 'inferred' as const }));
  return { ...dependency, from, evidence };
}

/** The host that a caller runs on: `vm/HOST/UNIT`, `external/vm/HOST/PROCESS` or `external/vm/HOST`. */
function hostOf(from: string): string | undefined {
  return /^(?:external\/)?vm\/([^/]+)/.exec(from)?.[1];
}

function callKey(host: string, { to, port }: Dependency): string {
  return JSON.stringify([host, to, port]);
}
