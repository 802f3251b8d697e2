import { meshError } from '../../errors/index.ts';
import { isUnitRef, type EstateService } from '../../estate/schema.ts';
import { twinsOf } from '../../estate/twins.ts';
import { workloadIdOf } from '../../inventory/ids.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';
import type { AssessedPods, AssessView } from '../view.ts';

/** Ports of brokers, whose consumers take work whatever weight they have. Redis is one of them, and often a mere cache. */
const brokers: Readonly<Record<number, string>> = {
  1883: 'MQTT',
  4222: 'NATS',
  5671: 'AMQP',
  5672: 'AMQP',
  6379: 'Redis',
  6650: 'Pulsar',
  9092: 'Kafka',
  11_300: 'beanstalkd',
  61_616: 'ActiveMQ',
};

/**
 * S1: a twin that takes work by itself (a queue, a timer, an election, a volume) works at weight 0, beside the unit. The
 * estate says what a second copy would share; what can be seen should not contradict it.
 */
export const secondCopy: Analyzer = {
  id: 'S1',
  title: 'What a second copy would do by itself',
  looksAt: ['hosts', 'clusters'],
  codes: ['MW1315', 'MW1768'],
  adopts: ({ code }) => code === 'MW1315',
  analyze: (view) => [
    ...view.estate.services.flatMap((service) => contradicted(view, service)),
    ...view.pods.flatMap((pods) => unread(pods)),
  ],
};

function unread({ id, service, facts, cluster }: AssessedPods): Draft[] {
  if (!isTwin(service, id)) return [];
  const missing = [...(facts.claims ? [] : ['its volumes']), ...(cluster.leases ? [] : ['the Leases beside it'])];
  return missing.length === 0 ? [] : [notKnown(id, `${missing.join(' and ')} were not read`)];
}

function contradicted(view: AssessView, service: EstateService): Draft[] {
  const { name, state, workload } = service;
  if (twinsOf(service).length === 0 || !isUnitRef(workload)) return [];
  const hints = [...consumers(view, service), ...ofUnit(view, service), ...ofTwins(view, service)];
  if (hints.length === 0) return [];
  const error = meshError('MW1768', { service: name, hints: hints.join('; '), state });
  // Where the estate says that two copies share nothing, what is seen speaks against it; else it is what to look at.
  return [draft(state === 'none' ? 'warning' : 'info', name, hints.join('; '), error)];
}

/** By connections and settings of the unit and of its twin. */
function consumers({ inventory: { dependencies } }: AssessView, service: EstateService): string[] {
  const own = [service.workload, ...twinsOf(service)].map(workloadIdOf);
  const calls = dependencies.filter(({ from, port }) => own.includes(from) && brokers[port] !== undefined);
  return [...new Set(calls.map(({ from, to, port }) => `${from} calls ${to}, port ${port} (${brokers[port] ?? ''})`))];
}

function ofUnit({ inventory: { hosts } }: AssessView, { workload }: EstateService): string[] {
  if (!isUnitRef(workload)) return [];
  const { host, unit } = workload;
  if (unit.endsWith('.timer')) return [`${unit} is a timer`];
  const timer = unit.replace(/\.service$/, '.timer');
  const isThere = hosts.some((one) => one.name === host && one.units.some(({ name }) => name === timer));
  return isThere ? [`${timer} starts it on ${host}`] : [];
}

function ofTwins({ pods }: AssessView, { name }: EstateService): string[] {
  return pods.filter(({ id, service }) => service.name === name && isTwin(service, id)).flatMap(ofTwin);
}

const isTwin = (service: EstateService, id: string): boolean =>
  twinsOf(service).some((twin) => workloadIdOf(twin) === id);

/** A holder's identity begins with the name of its pod, and that with the name of its workload. */
function ofTwin({ facts, cluster, ref, service }: AssessedPods): string[] {
  const twin = service.twins === undefined ? 'the twin' : `twin ${ref.name}`;
  const elected = (cluster.leases ?? []).filter(
    ({ namespace, holder }) => namespace === ref.namespace && holder.startsWith(`${ref.name}-`),
  );
  const claims = facts.claims ?? [];
  return [
    ...(ref.kind === 'StatefulSet' ? [`${twin} is a StatefulSet`] : []),
    ...(claims.length > 0 ? [`${twin} keeps volumes (${claims.join(', ')})`] : []),
    ...elected.map((lease) => `one of its pods holds Lease ${lease.name}`),
  ];
}
