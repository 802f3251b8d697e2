import { meshError } from '../../errors/index.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';

/** P18: an identity of one trust domain is a stranger in another, and so is one whose root nobody else trusts. */
export const severalMeshes: Analyzer = {
  id: 'P18',
  title: 'Trust between the meshes of several clusters',
  looksAt: ['clusters'],
  codes: ['MW1753'],
  appliesTo: {
    condition: 'estates with meshes in several clusters',
    holds: ({ unread, inventory }) =>
      unread.clusters.length > 0 || inventory.clusters.filter(({ mesh }) => mesh !== null).length > 1,
  },
  analyze: ({ clusters, meshCluster, estate }) => {
    const own = meshCluster?.mesh;
    if (own === null || own === undefined) return [notKnown(estate.provider.cluster, 'no mesh was found in it')];
    return clusters.flatMap(({ name, mesh }) => {
      if (mesh === null || name === meshCluster?.name) return [];
      const differs = mesh.trustDomain !== own.trustDomain;
      const domains = `${mesh.trustDomain}, and ${own.trustDomain} in ${meshCluster?.name ?? ''}`;
      return [
        ...(differs
          ? [
              draft(
                'warning',
                name,
                domains,
                meshError('MW1753', { cluster: name, domain: mesh.trustDomain, other: own.trustDomain }),
              ),
            ]
          : []),
        notKnown(name, 'whether the roots of its mesh and of the estate’s are the same was not read'),
      ];
    });
  },
};
