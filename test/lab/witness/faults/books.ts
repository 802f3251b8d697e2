import { countsFiles } from '../counts.ts';
import { tallyNow } from '../traffic.ts';
import { type Backends, backends } from './proxies.ts';

/** Everything that was counted by one instant. */
export interface Books {
  /** Requests that clients sent, and those that they lost, by reason. */
  sent: number;
  lost: Record<string, number>;
  cuts: number;
  /** What services failed on purpose, by their own count. */
  failedOnPurpose: number;
  /** Requests that came while the service had a fault on purpose. */
  metFault: number;
  /** The catalog's backends, as the proxies of its caller counted them. */
  backends: Backends;
}

export async function booksNow(): Promise<Books> {
  const [tally, files, counted] = await Promise.all([tallyNow(), countsFiles(), backends()]);
  const lost: Record<string, number> = {};
  for (const reasons of Object.values(tally.reasons))
    for (const [reason, count] of Object.entries(reasons)) lost[reason] = (lost[reason] ?? 0) + count;
  const fault = (count: 'met' | 'failed'): number =>
    files.reduce((sum, { server }) => sum + (server.fault?.[count] ?? 0), 0);
  return {
    sent: tally.total.sent,
    lost,
    cuts: tally.total.cuts,
    failedOnPurpose: fault('failed'),
    metFault: fault('met'),
    backends: counted,
  };
}

const lessEach = (after: Record<string, number>, before: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(after).map(([key, count]) => [key, count - (before[key] ?? 0)]));

/** Without the reasons for which nothing was lost. */
const some = (counts: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));

/** What was counted between two instants. */
export function since(before: Books, after: Books): Books {
  const backend = (of: 'vm' | 'twin') => ({
    requests: after.backends[of].requests - before.backends[of].requests,
    failed: after.backends[of].failed - before.backends[of].failed,
    within: lessEach(after.backends[of].within, before.backends[of].within),
  });
  return {
    sent: after.sent - before.sent,
    lost: some(lessEach(after.lost, before.lost)),
    cuts: after.cuts - before.cuts,
    failedOnPurpose: after.failedOnPurpose - before.failedOnPurpose,
    metFault: after.metFault - before.metFault,
    backends: { vm: backend('vm'), twin: backend('twin') },
  };
}

export const sumOf = (counts: Record<string, number>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0);

/** How clients see a request that was failed on purpose: nothing else in the lab answers 500. */
export const ON_PURPOSE = 'status-500';

/** Requests to the catalog, at either backend. */
export const requestsOf = ({ backends: { vm, twin } }: Books): number => vm.requests + twin.requests;
