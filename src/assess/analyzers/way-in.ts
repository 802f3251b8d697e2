import { meshError } from '../../errors/index.ts';
import { type Analyzer, draft } from '../analyzer.ts';

/** V9: a capture must know where logins come in. It takes the ports of services alone, so these must not be one. */
export const wayIn: Analyzer = {
  id: 'V9',
  title: 'The way in to hosts',
  looksAt: ['hosts'],
  codes: ['MW1706'],
  analyze: ({ readHosts }) =>
    readHosts.flatMap(({ host: { name: host, sshdPorts }, services }) => {
      const taken = services.filter(({ port }) => port !== undefined && sshdPorts.includes(port));
      const reasons = [
        ...(sshdPorts.length === 0 ? ['no port of sshd was seen'] : []),
        ...taken.map((service) => `sshd has port ${service.port ?? ''} of service ${service.name}`),
      ];
      return reasons.map((reason) =>
        draft('error', host, `sshd on ports ${sshdPorts.join(', ') || '-'}`, meshError('MW1706', { host, reason })),
      );
    }),
};
