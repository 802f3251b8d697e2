import { meshError } from '../../errors/index.ts';
import { nativeSidecars, withoutNativeSidecars } from '../native-sidecars.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';

/** P7: a Job whose proxy goes on never ends. */
export const jobs: Analyzer = {
  id: 'P7',
  title: 'Jobs and CronJobs',
  looksAt: ['clusters'],
  codes: ['MW1718'],
  appliesTo: withoutNativeSidecars,
  analyze: ({ clusters }) =>
    clusters.flatMap((cluster) => {
      const { name, jobs: found, mesh } = cluster;
      if (found === undefined)
        return nativeSidecars(cluster) === 'yes' ? [] : [notKnown(name, 'its Jobs were not read')];
      return found
        .map((one) => ({ ...one, native: nativeSidecars(cluster, one.nativeSidecar) }))
        .filter(({ optsOut, native }) => !optsOut && native !== 'yes')
        .map(({ kind, namespace, name: job, native }) => {
          const id = `k8s/${name}/${namespace}/${kind}/${job}`;
          if (native === 'unknown') return notKnown(id, 'whether its proxy would be a native sidecar is not known');
          // A plan injects workloads one by one; elsewhere a namespace that injects by itself takes its Jobs too.
          const level = mesh?.injectedNamespaces.includes(namespace) === true ? 'warning' : 'info';
          return draft(
            level,
            id,
            'proxies are no native sidecars',
            meshError('MW1718', { job: `${kind} ${namespace}/${job}` }),
          );
        });
    }),
};
