import { meshError } from '../../errors/index.ts';
import type { AssessedPods } from '../view.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';

/** Less than it takes at times until every caller has heard that a pod goes. */
const SHORT_SECONDS = 10;

/** P10: joining restarts pods, and recycling and retiring stop units. What loses requests then loses them with or without a mesh. */
export const restarts: Analyzer = {
  id: 'P10',
  title: 'Restarts',
  looksAt: ['hosts', 'clusters'],
  codes: ['MW1723', 'MW1724', 'MW1725', 'MW1755'],
  analyze: ({ pods, units }) => [
    ...pods.flatMap((one) => [
      ...outage(one),
      ...unprobed(one),
      ...abruptStop(one),
      ...gracefulStop(one),
      ...budget(one),
    ]),
    ...units.map(({ id }) =>
      notKnown(
        id,
        'how its unit stops (KillMode, TimeoutStopSec), and what its program does with its requests, was not read',
      ),
    ),
  ],
};

function outage({ id, facts: { replicas, surges, meshed, takesAllAway } }: AssessedPods): Draft[] {
  if (surges || meshed || replicas === 0) return [];
  if (replicas > 1 && takesAllAway === undefined)
    return [notKnown(id, 'the inventory does not say whether a rollout takes all its pods away at once')];
  if (replicas > 1 && takesAllAway === false) return [];
  const evidence = replicas === 1 ? '1 replica, no surge' : `${replicas} replicas, and a rollout takes all at once`;
  return [draft('warning', id, evidence, meshError('MW1723', { workload: id, replicas }))];
}

function unprobed({ id, facts: { unprobed: without, meshed } }: AssessedPods): Draft[] {
  if (meshed) return [];
  if (without === undefined) return [notKnown(id, 'the inventory has no readiness probes')];
  const containers = without.join(', ');
  if (containers === '') return [];
  return [draft('warning', id, `no readiness probe: ${containers}`, meshError('MW1724', { workload: id, containers }))];
}

/**
 * A pod that goes is told to stop while callers still send to it: the news takes seconds to reach them. Without a hook that
 * waits, and with hardly any time to finish, requests are lost whatever the program does.
 */
function abruptStop({
  id,
  facts: { meshed, withoutPreStop = [], terminationGracePeriodSeconds: seconds },
}: AssessedPods): Draft[] {
  if (meshed || seconds >= SHORT_SECONDS || withoutPreStop.length === 0) return [];
  const containers = withoutPreStop.join(', ');
  const evidence = `${seconds} s to stop, no preStop hook: ${containers}`;
  return [draft('warning', id, evidence, meshError('MW1755', { workload: id, seconds, containers }))];
}

/** A program that drops what it has when it is told to stop loses requests at every restart. */
function gracefulStop({ id, facts: { meshed } }: AssessedPods): Draft[] {
  return meshed ? [] : [notKnown(id, 'whether its program finishes its requests before it stops was not tried')];
}

function budget({ id, facts, ref, cluster: { disruptionBudgets } }: AssessedPods): Draft[] {
  if (disruptionBudgets === undefined) return [notKnown(id, 'PodDisruptionBudgets were not read')];
  const own = disruptionBudgets.filter(({ namespace }) => namespace === ref.namespace);
  const covers = (selector: Readonly<Record<string, string>>): boolean =>
    Object.entries(selector).every(([key, value]) => facts.podLabels[key] === value);
  if (own.some(({ selector }) => selector !== null && covers(selector))) return [];
  if (own.some(({ selector }) => selector === null))
    return [notKnown(id, 'a PodDisruptionBudget beside it selects by more than plain labels')];
  return [draft('info', id, 'no PodDisruptionBudget selects its pods', meshError('MW1725', { workload: id }))];
}
