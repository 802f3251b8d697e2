import { meshError } from '../errors/mesh-error.ts';
import { findingOf } from './finding.ts';
import { compareText, later } from './merge-times.ts';
import type { Dependency, Finding, Inventory } from './schema.ts';

/** Findings that follow from the rest of an inventory, and are made anew whenever it is merged. */
const derived = new Set(['MW1350', 'MW1354']);
/** A limit that any run met holds for what it is merged into. */
const LIMIT_CODE = 'MW1351';

/**
 * The findings of an inventory that was taken over time: those of its newest run, the limits that any run met, and what
 * the window and the edges say by themselves.
 *
 * @param own the findings of the newest run
 * @param limits findings of other runs, of which only those about limits count
 */
export function windowFindings(inventory: Inventory, own: readonly Finding[], limits: readonly Finding[]): Finding[] {
  const kept = own.filter(({ code }) => !derived.has(code) && code !== LIMIT_CODE);
  const met = [...own, ...limits].filter(({ code }) => code === LIMIT_CODE);
  const made = [...met, ...unreadFindings(inventory), ...goneFindings(inventory)];
  const distinct = new Map(made.map((one) => [JSON.stringify([one.code, one.subject, one.message]), one]));
  return [...kept, ...[...distinct].toSorted(([a], [b]) => compareText(a, b)).map(([, finding]) => finding)];
}

/** There is more of something than an inventory keeps. */
export function limitFinding(subject: string, what: string, limit: number): Finding {
  return findingOf('warning', subject, meshError(LIMIT_CODE, { subject, what, limit }));
}

/** Hosts that some samples could not read, with when they could last. One that no sample could is an error of its own. */
function unreadFindings({ window, hosts, capturedAt }: Inventory): Finding[] {
  if (window === undefined) return [];
  return hosts.flatMap(({ name: host, readAt: at = capturedAt }) => {
    const failed = window.failed[host];
    if (failed === undefined) return [];
    return [findingOf('warning', host, meshError('MW1350', { host, failed, samples: window.samples, at }))];
  });
}

/** Edges with an end that was the estate's once, and is not in its newest inventory. */
function goneFindings({ dependencies, workloads }: Inventory): Finding[] {
  const known = new Set(workloads.flatMap(({ id, service }) => [id, `service/${service}`]));
  const isGone = (id: string): boolean => !id.startsWith('external/') && !known.has(id);
  return dependencies.flatMap(({ from, to, port, evidence }: Dependency) => {
    const gone = [from, to].filter(isGone).join(' and ');
    const at = evidence.map((one) => one.at).reduce(later);
    if (gone === '') return [];
    return [findingOf('warning', from, meshError('MW1354', { from, to, port, at, gone }))];
  });
}
