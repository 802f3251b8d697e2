import { meshError } from '../../errors/index.ts';
import type { HostFacts } from '../../inventory/schema.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';

/** V4: a certificate is not valid yet where a clock is behind. A clock that nothing sets is right by chance. */
export const clocks: Analyzer = {
  id: 'V4',
  title: 'Clocks',
  looksAt: ['hosts', 'clusters'],
  codes: ['MW1117', 'MW1124', 'MW1730', 'MW1731'],
  adopts: ({ code }) => code === 'MW1117' || code === 'MW1124',
  analyze: ({ hosts, readHosts, meshCluster }) => [
    ...readHosts.flatMap(({ host }) => setBy(host)),
    ...(hosts.length === 0 || meshCluster === undefined
      ? []
      : [notKnown(meshCluster.name, 'no clock of the cluster was read; hosts are compared with this machine')]),
  ],
};

function setBy({ name: host, clock }: HostFacts): Draft[] {
  if (clock === undefined || clock.source === 'unknown') return [notKnown(host, 'what sets its clock was not seen')];
  const { source, synchronised } = clock;
  if (source === 'outside')
    return [notKnown(host, 'it is a container, and what sets the clock of its machine was not seen')];
  if (source === 'none') return [draft('warning', host, 'no daemon of time runs', meshError('MW1730', { host }))];
  if (synchronised === 'no')
    return [draft('warning', host, `${source} says so`, meshError('MW1731', { host, program: source }))];
  return synchronised === 'yes' ? [] : [notKnown(host, `${source} runs, and did not say whether it has set the clock`)];
}
