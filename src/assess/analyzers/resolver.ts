import { meshError } from '../../errors/index.ts';
import { isLoopback } from '../../inventory/noise.ts';
import type { HostFacts } from '../../inventory/schema.ts';
import type { TriedLookup } from '../../inventory/tried-schema.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';

/** V7: names must mean the same on every host and, where they were asked, in pods. A capture leaves UDP alone, and so most lookups. */
export const resolver: Analyzer = {
  id: 'V7',
  title: 'Name resolution on hosts',
  looksAt: ['hosts'],
  codes: ['MW1309', 'MW1703', 'MW1704', 'MW1732'],
  adopts: ({ code }) => code === 'MW1309',
  analyze: ({ readHosts, estate, inventory }) => {
    const hosts = readHosts.map(({ host }) => host);
    const asked = inventory.tried?.lookups ?? [];
    const ofServices = estate.services.flatMap(({ hostname }) => hostname ?? []);
    const names = [...new Set([...ofServices, ...asked.map(({ name }) => name)])].sort();
    return [
      ...hosts.flatMap(ownResolver),
      ...hosts.flatMap((host) => shadowed(host, names)),
      ...names.flatMap((name) => disagreement(name, answersOf(name, hosts, asked))),
    ];
  },
};

/** What one asker is told for a name: `nothing`, or its addresses. */
interface Told {
  by: string;
  answer: string;
}

/** By the hosts as discovery found them, and by hosts and pods that were asked since. */
function answersOf(name: string, hosts: readonly HostFacts[], asked: readonly TriedLookup[]): Told[] {
  const inWords = (addresses: readonly string[]): string => addresses.toSorted().join(', ') || 'nothing';
  return [
    ...hosts.flatMap(({ name: by, names }) =>
      names[name] === undefined ? [] : [{ by, answer: inWords(names[name]) }],
    ),
    ...asked
      .filter((one) => one.name === name)
      .flatMap(({ from: by, answers }) => (answers === undefined ? [] : [{ by, answer: inWords(answers) }])),
  ];
}

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
function disagreement(name: string, told: readonly Told[]): Draft[] {
  const answers = Map.groupBy(told, ({ answer }) => answer);
  if (answers.size < 2) return [];
  const words = [...answers].map(([answer, from]) => `${answer} on ${from.map(({ by }) => by).join(', ')}`).sort();
  const error = meshError('MW1704', { name, answers: words.join(', and ') });
  return told.map(({ by, answer }) => draft('warning', by, `${name} is ${answer}`, error));
}
