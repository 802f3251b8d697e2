import type { GatewayCrd } from '../../inventory/schema.ts';
import type { KubeObject } from '../../ports/contracts.ts';

const group = 'gateway.networking.k8s.io';

/** Definitions of the Gateway API with the channel and the version of the bundle that they came with. */
export function parseGatewayCrds(crds: readonly KubeObject[]): GatewayCrd[] {
  return crds
    .filter(({ spec }: KubeObject & { spec?: { group?: string } }) => spec?.group === group)
    .map(({ metadata: { name, annotations = {} } }) => {
      const [channel, bundleVersion] = [annotations[`${group}/channel`], annotations[`${group}/bundle-version`]];
      return {
        name,
        ...(channel === undefined ? {} : { channel: channel.slice(0, 64) }),
        ...(bundleVersion === undefined ? {} : { bundleVersion: bundleVersion.slice(0, 64) }),
      };
    })
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
}
