import { meshError } from '../../errors/index.ts';
import { otherAuthority } from '../../inventory/authority.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';

/** V2: with istio-csr or Vault each renewal of a VM needs a token that is still valid. */
export const certificateAuthority: Analyzer = {
  id: 'V2',
  title: 'Who signs certificates',
  looksAt: ['hosts', 'clusters'],
  codes: ['MW1702'],
  analyze: ({ hosts, meshCluster }) => {
    if (hosts.length === 0 || meshCluster === undefined) return [];
    if (meshCluster.mesh === null) return [notKnown(meshCluster.name, 'no mesh was found in it')];
    if (meshCluster.mesh.caAddress === undefined)
      return [notKnown(meshCluster.name, 'the inventory does not say which authority its proxies ask')];
    const authority = otherAuthority(meshCluster.mesh);
    if (authority === undefined) return [];
    const error = meshError('MW1702', { cluster: meshCluster.name, authority });
    return [draft('warning', meshCluster.name, `caAddress ${authority}`, error)];
  },
};
