import { meshError } from '../../errors/index.ts';
import { apartBy, nearestZero, SKEW_ERROR_MS, SKEW_WARNING_MS } from '../../inventory/clock-skew.ts';
import type { HostFacts } from '../../inventory/schema.ts';
import type { TriedClock } from '../../inventory/tried-schema.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';
import { HINT } from '../tried.ts';
import type { AssessView } from '../view.ts';

/**
 * V4: a certificate is not valid yet where a clock is behind. A clock that nothing sets is right by chance. The cluster's is
 * that of its API server.
 */
export const clocks: Analyzer = {
  id: 'V4',
  title: 'Clocks',
  looksAt: ['hosts', 'clusters'],
  codes: ['MW1117', 'MW1124', 'MW1730', 'MW1731', 'MW1745'],
  adopts: ({ code }) => code === 'MW1117' || code === 'MW1124',
  analyze: (view) => [...view.readHosts.flatMap(({ host }) => setBy(host)), ...againstCluster(view)],
};

function againstCluster({ hosts, readHosts, meshCluster, inventory }: AssessView): Draft[] {
  if (hosts.length === 0 || meshCluster === undefined) return [];
  const clock = inventory.tried?.clocks.find(({ cluster }) => cluster === meshCluster.name);
  if (clock !== undefined) return readHosts.flatMap(({ host }) => skew(host, clock));
  const reason = `no clock of the cluster was read; hosts are compared with this machine, and ${HINT}`;
  return [notKnown(meshCluster.name, reason)];
}

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

/** The least difference that both answers allow, so that a slow one never looks like a wrong clock. */
function skew({ name: host, clockOffsetMs }: HostFacts, { cluster, ...bounds }: TriedClock): Draft[] {
  const apartMs = nearestZero(apartBy({ leastMs: clockOffsetMs, mostMs: clockOffsetMs }, bounds));
  if (Math.abs(apartMs) <= SKEW_WARNING_MS) return [];
  const seconds = (Math.abs(apartMs) / 1000).toFixed(1);
  const error = meshError('MW1745', { host, seconds, direction: apartMs > 0 ? 'behind' : 'ahead of', cluster });
  const level = Math.abs(apartMs) > SKEW_ERROR_MS ? 'error' : 'warning';
  return [draft(level, host, `at least ${seconds} s apart, by the date of the API server’s answer`, error)];
}
