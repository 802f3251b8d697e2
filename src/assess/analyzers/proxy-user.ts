import { meshError } from '../../errors/index.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';

/** The user that Istio's proxy runs as, whose connections its rules let pass. */
const PROXY_USER = 1337;

/** P7: a workload that runs as the proxy's user is never captured. */
export const proxyUser: Analyzer = {
  id: 'P7-user',
  title: 'Workloads that run as the proxy’s user',
  codes: ['MW1720'],
  analyze: ({ pods }) =>
    pods.flatMap(({ id, facts: { runsAs } }) => {
      if (runsAs === undefined) return [notKnown(id, 'the inventory does not say as whom its containers run')];
      if (!runsAs.includes(PROXY_USER)) return [];
      return [draft('error', id, `runAsUser ${PROXY_USER}`, meshError('MW1720', { workload: id, user: PROXY_USER }))];
    }),
};
