import type { MeshFacts } from './cluster-schema.ts';

/**
 * Who signs the certificates of a mesh, if that is not its istiod: then each renewal of a VM needs a token that is still
 * good, where istiod takes the certificate that is to be renewed. Undefined where the inventory does not say.
 */
export function otherAuthority({ caAddress, discovery, revision }: MeshFacts): string | undefined {
  const istiod = new Set([discovery.service, 'istiod', `istiod-${revision}`, 'istiod-remote']);
  const isIstiod = caAddress === undefined || caAddress === '' || istiod.has(caAddress.split(/[.:]/)[0] ?? '');
  return isIstiod ? undefined : caAddress;
}
