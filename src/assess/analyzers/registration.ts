import { meshError } from '../../errors/index.ts';
import type { HostFacts } from '../../inventory/schema.ts';
import { type Registration, registrationOf } from '../registrations.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';

/** V14: a VM that is registered nowhere gets no traffic, and nobody says so. */
export const registration: Analyzer = {
  id: 'V14',
  title: 'Registration of hosts',
  looksAt: ['hosts', 'clusters'],
  codes: ['MW1204', 'MW1764'],
  adopts: ({ code, message }) => code === 'MW1204' && /workload(groups|entries)/.test(message),
  analyze: (view) =>
    view.readHosts
      .filter(({ host }) => host.meshed)
      .flatMap(({ host }) => {
        const found = registrationOf(view, host);
        if (found !== undefined) return judged(host, found);
        return [notKnown(host.name, 'no WorkloadEntry of it was read; `mesh migrate status` tells more')];
      }),
};

function judged({ name: host, address }: HostFacts, { entry, group }: Registration): Draft[] {
  const found = (level: Draft['level'], evidence: string, reason: string): Draft[] => [
    draft(level, host, evidence, meshError('MW1764', { host, reason })),
  ];
  if (entry === undefined)
    return found('error', `no WorkloadEntry at ${address}`, `no entry has its address ${address}`);
  const object = `${entry.namespace}/${entry.name}`;
  const evidence = `WorkloadEntry ${object}`;
  if (!entry.connected) return found('error', evidence, `its entry ${object} says that its proxy has gone`);
  if (entry.healthy === 'no') return found('warning', evidence, `its entry ${object} is not healthy`);
  if (entry.group === undefined)
    return found('warning', evidence, `its entry ${object} was made by hand and follows no change of address`);
  if (group === undefined)
    return found('warning', evidence, `group ${entry.group} is gone, and it could not register again`);
  return [];
}
