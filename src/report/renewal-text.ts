import type { HostRenewal } from '../execute/renew/renew-run.ts';
import { style } from './style.ts';

const marks: Record<HostRenewal['outcome'], string> = {
  good: style.green('good   '),
  due: style.yellow('due    '),
  renewed: style.green('renewed'),
  failed: style.red('failed '),
};

/** One host of a renewal, as it is done. */
export function renderRenewal({ host, outcome, found, restart, observed, error }: HostRenewal): string {
  const then = outcome === 'due' ? [`        would ${deed(restart)}`] : [];
  return [
    `${marks[outcome]} ${style.bold(host)}: ${error ? `${error.code}: ${error.cause}` : found}`,
    ...then,
    ...observed.map((line) => `        ${line}`),
    ...(error ? [`        ${style.dim('fix')} ${error.fix}`] : []),
  ].join('\n');
}

function deed(restart: boolean): string {
  return restart
    ? 'write a new token and the root certificate, and restart the proxy'
    : 'write a new token and the root certificate, which the running proxy takes by itself';
}

/** The sum of a renewal. */
export function renderRenewalSum(run: string, hosts: readonly HostRenewal[], dryRun: boolean): string {
  if (hosts.length === 0) return `run ${run} has joined no host`;
  const count = (outcome: HostRenewal['outcome']): number => hosts.filter((one) => one.outcome === outcome).length;
  const parts = [`${count('good')} good`, dryRun ? `${count('due')} due` : `${count('renewed')} renewed`];
  const failed = count('failed');
  return `run ${run}: ${[...parts, ...(failed > 0 ? [`${failed} failed`] : [])].join(', ')}${dryRun ? '; nothing was changed' : ''}`;
}
