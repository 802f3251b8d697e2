import { meshError } from '../../errors/index.ts';
import type { ClusterFacts } from '../../inventory/schema.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';

/**
 * P15: the Gateway API's definitions come as bundles of a channel and a version. Parts of several do not fit each other,
 * and what was stored under an experimental one may be lost under another; since 1.5 a policy of the bundle refuses both.
 */
export const gatewayDefinitions: Analyzer = {
  id: 'P15',
  title: 'Definitions of the Gateway API',
  looksAt: ['clusters'],
  codes: ['MW1751', 'MW1752'],
  analyze: ({ meshCluster }) => {
    if (meshCluster === undefined) return [];
    const { name, gatewayCrds } = meshCluster;
    if (gatewayCrds === undefined)
      return [notKnown(name, 'the inventory does not say where its definitions come from')];
    return gatewayCrds.length === 0 ? [] : [...mixed(meshCluster, gatewayCrds), ...guard(meshCluster)];
  },
};

function mixed({ name }: ClusterFacts, crds: NonNullable<ClusterFacts['gatewayCrds']>): Draft[] {
  const bundles = Map.groupBy(
    crds,
    ({ channel, bundleVersion }) => `${channel ?? 'no channel'} ${bundleVersion ?? 'no version'}`,
  );
  if (bundles.size < 2) return [];
  const evidence = [...bundles].map(
    ([bundle, some]) => `${bundle}: ${some.map((one) => one.name.split('.')[0]).join(', ')}`,
  );
  const error = meshError('MW1751', { cluster: name, bundles: [...bundles.keys()].sort().join(', ') });
  return [draft('warning', name, evidence.sort().join('; '), error)];
}

function guard({ name, safeUpgrades }: ClusterFacts): Draft[] {
  if (safeUpgrades === undefined) return [notKnown(name, 'bindings of admission policies were not read')];
  if (safeUpgrades) return [];
  return [
    draft('info', name, 'safe-upgrades.gateway.networking.k8s.io is not bound', meshError('MW1752', { cluster: name })),
  ];
}
