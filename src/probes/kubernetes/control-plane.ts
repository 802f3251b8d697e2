import type { KubeObject } from '../../ports/contracts.ts';

/** The ConfigMaps that a control plane is set up by: of the mesh, and of its injector. Those of a revision end in its name. */
export function configMapsOf(service: KubeObject): string[] {
  const revision = revisionOf(service);
  return ['istio', 'istio-sidecar-injector'].map((name) => (revision === 'default' ? name : `${name}-${revision}`));
}

/** The revision that the Service of a control plane is labelled with. */
export function revisionOf({ metadata }: KubeObject): string {
  return metadata.labels?.['istio.io/rev'] ?? 'default';
}
