import { meshError } from '../../errors/index.ts';
import type { ClusterFacts } from '../../inventory/schema.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';
import type { AssessView } from '../view.ts';

/** V16: what is wrong with how VMs register shows with the first of them, which should be one that nobody needs. */
export const firstRegistration: Analyzer = {
  id: 'V16',
  title: 'The first registration of a VM',
  looksAt: ['hosts', 'clusters'],
  codes: ['MW1765', 'MW1766'],
  analyze: (view) => {
    const { hosts, meshCluster } = view;
    if (hosts.length === 0 || meshCluster === undefined) return [];
    const { name, mesh, workloadEntries } = meshCluster;
    if (mesh === null) return [notKnown(name, 'no mesh was found in it, with which a VM could have registered')];
    if (workloadEntries === undefined) return [notKnown(name, 'which VMs are registered with its mesh was not read')];
    return [...untried(view, meshCluster), ...registeredByOthers(view, workloadEntries)];
  },
};

/** One that registered by itself is enough, and so is a host to begin with that nobody calls. */
function untried({ readHosts, inventory }: AssessView, { name, workloadEntries = [] }: ClusterFacts): Draft[] {
  const called = new Set(inventory.dependencies.map(({ to }) => to));
  const isSpare = ({ services }: AssessView['readHosts'][number]): boolean =>
    services.every((service) => service.callers === 'none' && !called.has(`service/${service.name}`));
  if (readHosts.some(({ host }) => host.meshed) || readHosts.some(isSpare)) return [];
  if (workloadEntries.some(({ group, connected }) => group !== undefined && connected)) return [];
  return [draft('info', name, 'no connected entry of a group', meshError('MW1765', { cluster: name }))];
}

/** An entry at the address of a host that has not joined is somebody else's, or was left behind. */
function registeredByOthers({ readHosts }: AssessView, entries: NonNullable<ClusterFacts['workloadEntries']>): Draft[] {
  return readHosts
    .filter(({ host }) => !host.meshed)
    .flatMap(({ host: { name: host, address } }) =>
      entries
        .filter((entry) => entry.address === address)
        .map(({ namespace, name }) => {
          const entry = `${namespace}/${name}`;
          return draft('warning', host, `WorkloadEntry ${entry}`, meshError('MW1766', { host, address, entry }));
        }),
    );
}
