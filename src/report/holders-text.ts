import type { Holders, LeaseView, MarkView } from '../execute/holding/holders.ts';
import { style } from './style.ts';

/** Who holds what, one line for each. */
export function renderHolders({ directory, leases, marks }: Holders): string {
  return [
    directory === null
      ? `state directory: ${style.green('free')}`
      : `state directory: ${style.yellow('held')} by ${directory.holder} since ${directory.since}`,
    ...(leases.length === 0 ? ['clusters: no Lease'] : leases.map(renderLease)),
    ...marks.map(renderMark),
  ].join('\n');
}

function renderLease(lease: LeaseView): string {
  const { cluster, run, holder, token, acquiredAt, renewedAt, durationSeconds, lives, createsRefused } = lease;
  const state =
    holder === '' ? style.green('free') : lives ? style.yellow('held, and lives') : style.red('held, and dead');
  const who = holder === '' ? '' : ` by ${holder} since ${acquiredAt}, renewed ${renewedAt} for ${durationSeconds} s`;
  const creates = createsRefused ? 'refused' : 'not refused (no admission policy)';
  return `cluster ${cluster}: run ${run}, token ${token}: ${state}${who}; creates of a former holder: ${creates}`;
}

function renderMark({ host, run, token, busy, error }: MarkView): string {
  if (error !== undefined) return `host ${host}: ${style.red('not known')}, ${error}`;
  if (run === '') return `host ${host}: nothing of meshway`;
  return `host ${host}: run ${run}, token ${token}${busy ? `, ${style.yellow('an operation is at work')}` : ''}`;
}
