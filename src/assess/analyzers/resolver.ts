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
  codes: ['MW1309', 'MW1703', 'MW1704', 'MW1732'],
  adopts: ({ code }) => code === 'MW1309',
  analyze: ({ readHosts, estate }) => {
    const hosts = readHosts.map(({ host }) => host);
    const names = [...new Set(estate.services.flatMap(({ hostname }) => hostname ?? []))].sort();
    return [
      ...hosts.flatMap(ownResolver),
      ...hosts.flatMap((host) => shadowed(host, names)),
      ...names.flatMap((name) => disagreement(name, hosts)),
    ];
  },
};

function ownResolver({ name: host, nameservers, resolver: chain }: HostFacts): Draft[] {
  if (nameservers.length === 0) return [notKnown(host, 'discovery saw no nameserver of it')];
  const own = nameservers.filter(isLoopback).join(', ');
  if (own === '') return [];
  const upstreams = chain?.upstreams ?? [];
  const asks = upstreams.length === 0 ? '' : ` (which asks ${upstreams.join(', ')})`;
  return [draft('info', host, `nameserver ${own}${asks}`, meshError('MW1703', { host, nameservers: `${own}${asks}` }))];
}

/** A name in the hosts file is never asked for anywhere else: no record that changes reaches this host. */
function shadowed({ name: host, resolver: chain }: HostFacts, names: readonly string[]): Draft[] {
  if (chain === undefined) return [notKnown(host, 'its hosts file was not read')];
  return names.flatMap((name) => {
    const entry = chain.hostsFile.find((one) => one.names.includes(name.toLowerCase()));
    if (entry === undefined) return [];
    const { address } = entry;
    return [draft('warning', host, `${address} ${name}`, meshError('MW1732', { host, name, address }))];
  });
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
