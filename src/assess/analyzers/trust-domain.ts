import type { ClusterFacts } from '../../inventory/schema.ts';
import { type Analyzer, notKnown } from '../analyzer.ts';

/** V5: identities of another issuer must be in the same trust domain. With the control plane's own authority they are. */
export const trustDomain: Analyzer = {
  id: 'V5',
  title: 'Trust domain of another authority',
  looksAt: ['clusters'],
  codes: [],
  appliesTo: {
    condition: 'meshes whose certificates come from another authority than their control plane',
    holds: ({ meshCluster }) => meshCluster?.mesh?.caAddress !== '',
  },
  analyze: ({ hosts, meshCluster }) =>
    hosts.length === 0 || meshCluster === undefined ? [] : [notKnown(meshCluster.name, reasonOf(meshCluster))],
};

function reasonOf({ mesh }: ClusterFacts): string {
  if (mesh === null) return 'no mesh was found in it';
  return `no certificate was read that would tell whether its authority issues for ${mesh.trustDomain}`;
}
