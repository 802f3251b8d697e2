import { meshError } from '../../errors/index.ts';
import { isLoopback } from '../../inventory/noise.ts';
import type { HostFacts } from '../../inventory/schema.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';

/** V7: names must mean the same on every host, before and after. A capture leaves UDP alone, and so most lookups. */
export const resolver: Analyzer = {
  id: 'V7',
  title: 'Name resolution on hosts',
  looksAt: ['hosts'],
  codes: ['MW1309', 'MW1703', 'MW1704'],
  adopts: ({ code }) => code === 'MW1309',
  analyze: ({ readHosts, estate }) => {
    const hosts = readHosts.map(({ host }) => host);
    const names = [...new Set(estate.services.flatMap(({ hostname }) => hostname ?? []))].sort();
    return [...hosts.flatMap(ownResolver), ...names.flatMap((name) => disagreement(name, hosts))];
  },
};

function ownResolver({ name: host, nameservers }: HostFacts): Draft[] {
  if (nameservers.length === 0) return [notKnown(host, 'discovery saw no nameserver of it')];
  const own = nameservers.filter(isLoopback).join(', ');
  if (own === '') return [];
  return [draft('info', host, `nameserver ${own}`, meshError('MW1703', { host, nameservers: own }))];
}

/** A name that nobody resolves is discovery's finding; one that some resolve differently is ours. */
function disagreement(name: string, hosts: readonly HostFacts[]): Draft[] {
  const asked = hosts.filter(({ names }) => names[name] !== undefined);
  const answerOf = ({ names }: HostFacts): string => (names[name] ?? []).toSorted().join(', ') || 'nothing';
  const answers = Map.groupBy(asked, answerOf);
  if (answers.size < 2) return [];
  const words = [...answers].map(([answer, from]) => `${answer} on ${from.map((host) => host.name).join(', ')}`).sort();
  const error = meshError('MW1704', { name, answers: words.join(', and ') });
  return asked.map((host) => draft('warning', host.name, `${name} is ${answerOf(host)}`, error));
}
