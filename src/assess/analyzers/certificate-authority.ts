import { meshError } from '../../errors/index.ts';
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
    const { caAddress, discovery, revision } = meshCluster.mesh;
    if (caAddress === undefined)
      return [notKnown(meshCluster.name, 'the inventory does not say which authority its proxies ask')];
    const istiod = new Set([discovery.service, 'istiod', `istiod-${revision}`, 'istiod-remote']);
    if (caAddress === '' || istiod.has(caAddress.split(/[.:]/)[0] ?? '')) return [];
    const error = meshError('MW1702', { cluster: meshCluster.name, authority: caAddress });
    return [draft('warning', meshCluster.name, `caAddress ${caAddress}`, error)];
  },
};
