import { meshError } from '../../errors/index.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';

/** The user that Istio's proxy runs as, in pods and on hosts: the rules of a capture let its connections pass. */
const PROXY_USER = 1337;
const proxyUsers = new Set([String(PROXY_USER), 'istio-proxy']);

/** P7: a workload that runs as the proxy's user is never captured. */
export const proxyUser: Analyzer = {
  id: 'P7-user',
  title: 'Workloads that run as the proxy’s user',
  looksAt: ['hosts', 'clusters'],
  isInManifests: true,
  codes: ['MW1720'],
  analyze: ({ pods, units }) => [
    ...pods.flatMap(({ id, facts: { runsAs } }) => {
      if (runsAs === undefined) return [notKnown(id, 'the inventory does not say as whom its containers run')];
      if (!runsAs.includes(PROXY_USER)) return [];
      return [draft('error', id, `runAsUser ${PROXY_USER}`, meshError('MW1720', { workload: id, user: PROXY_USER }))];
    }),
    ...units.flatMap(({ id, unit, host }) => {
      const user = host.units.find(({ name }) => name === unit)?.user ?? '';
      if (!proxyUsers.has(user)) return [];
      return [draft('error', id, `User=${user}`, meshError('MW1720', { workload: id, user }))];
    }),
  ],
};
