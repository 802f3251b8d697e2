import { meshError } from '../../errors/index.ts';
import type { HostFacts, HostUnit } from '../../inventory/schema.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';

/** The unit of the proxy on a joined host; its credentials lie where a boot leaves them. */
const PROXY = 'meshway-proxy.service';
/** States of a unit file (systemctl, is-enabled) with which no boot starts the unit, nor another unit that names it. */
const notAtBoot = new Set(['disabled', 'masked', 'masked-runtime', 'enabled-runtime', 'linked-runtime', 'transient']);

/** V3: what a proxy needs must survive a boot. Another installation's unit keeps its token where a boot erases it. */
export const afterBoot: Analyzer = {
  id: 'V3',
  title: 'After a boot',
  looksAt: ['hosts'],
  codes: ['MW1701', 'MW1767'],
  analyze: ({ readHosts, units }) => [
    ...readHosts.flatMap(({ host }) => {
      const others = host.units.filter(({ name, activeState }) => /^istio/.test(name) && activeState === 'active');
      return others.length === 0
        ? [...proxy(host), notKnown(host.name, 'no boot was tried')]
        : others.map(({ name }) =>
            draft('error', host.name, `unit ${name} is active`, meshError('MW1701', { host: host.name, unit: name })),
          );
    }),
    ...units.flatMap(({ id, unit, host }) => unstarted(host, unit, id)),
  ],
};

function proxy(host: HostFacts): Draft[] {
  return host.meshed ? unstarted(host, PROXY, host.name) : [];
}

/** A unit that nobody saw, or whose state nobody knows, is not judged. */
function unstarted({ name: host, units }: HostFacts, unit: string, subject: string): Draft[] {
  const isLost = ({ name, enabled }: HostUnit): boolean => name === unit && notAtBoot.has(enabled);
  return units
    .filter(isLost)
    .map(({ enabled }) =>
      draft('warning', subject, `${unit} is ${enabled}`, meshError('MW1767', { host, unit, state: enabled })),
    );
}
