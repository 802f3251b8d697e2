import { meshError } from '../../errors/index.ts';
import type { FirewallOwner } from '../../inventory/host-surroundings-schema.ts';
import type { HostFacts } from '../../inventory/schema.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';

/** Among the units that discovery sees even where it may not list rules. */
const FIREWALLD = 'firewalld.service';

/**
 * Programs that load whole tables and so erase what others put there, with what does it. The rest, Docker, ufw, fail2ban or kube-proxy,
 * writes chains of its own anew, and leaves the nat table's others alone.
 */
const REWRITERS: Readonly<Record<string, string>> = {
  firewalld: FIREWALLD,
  nftables: 'nftables.service (`flush ruleset`)',
  iptables: 'iptables.service',
  ip6tables: 'ip6tables.service',
  'netfilter-persistent': 'netfilter-persistent.service',
  shorewall: 'shorewall.service',
  ferm: 'ferm.service',
};

/** V12: rules that somebody else writes anew take a capture with them. */
export const hostFirewall: Analyzer = {
  id: 'V12',
  title: 'Firewalls of hosts',
  looksAt: ['hosts'],
  codes: ['MW1107', 'MW1709', 'MW1734'],
  adopts: ({ code }) => code === 'MW1107',
  analyze: ({ readHosts }) =>
    readHosts.flatMap(({ host }) =>
      host.firewallOwners === undefined ? byUnits(host) : byOwners(host, host.firewallOwners),
    ),
};

function byOwners({ name: host }: HostFacts, owners: readonly FirewallOwner[]): Draft[] {
  return owners.flatMap(({ owner, signs }) => {
    const program = REWRITERS[owner];
    const seen = signs.join(', ');
    if (program !== undefined) return [draft('warning', host, seen, meshError('MW1709', { host, program }))];
    return owner === 'unknown' ? [draft('warning', host, seen, meshError('MW1734', { host, signs: seen }))] : [];
  });
}

/** Without root, and in inventories of earlier versions. */
function byUnits({ name: host, units }: HostFacts): Draft[] {
  return units.some(({ name, activeState }) => name === FIREWALLD && activeState === 'active')
    ? [draft('warning', host, `unit ${FIREWALLD} is active`, meshError('MW1709', { host, program: FIREWALLD }))]
    : [notKnown(host, 'firewalld does not run; other programs that write rules were not looked for')];
}
