import { meshError } from '../../errors/index.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';

/** The one program that writes rules anew and keeps running, so that it is among the units that discovery sees. */
const FIREWALLD = 'firewalld.service';

/** V12: rules that somebody else writes anew take a capture with them. */
export const hostFirewall: Analyzer = {
  id: 'V12',
  title: 'Firewalls of hosts',
  looksAt: ['hosts'],
  codes: ['MW1107', 'MW1709'],
  adopts: ({ code }) => code === 'MW1107',
  analyze: ({ readHosts }) =>
    readHosts.map(({ host: { name: host, units } }) =>
      units.some(({ name, activeState }) => name === FIREWALLD && activeState === 'active')
        ? draft('warning', host, `unit ${FIREWALLD} is active`, meshError('MW1709', { host, program: FIREWALLD }))
        : notKnown(
            host,
            'firewalld does not run; programs that write rules and end, as ufw and nftables do, are not seen',
          ),
    ),
};
