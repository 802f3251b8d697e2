import { isMeshError } from '../../errors/mesh-error.ts';
import type { KubeListQuery, KubeObject, KubePort } from '../../ports/contracts.ts';

type Keep = NonNullable<KubeListQuery['keep']>;

/** Lists what the estate's namespaces of one cluster hold. */
export interface Lister {
  /** All objects of a kind in the namespaces of the estate. */
  inNamespaces(apiVersion: string, kind: string, keep: Keep, options?: InNamespaces): Promise<KubeObject[]>;
  /** All objects of a kind, wherever they are. */
  everywhere(apiVersion: string, kind: string, keep: Keep, query?: Partial<KubeListQuery>): Promise<KubeObject[]>;
}

interface InNamespaces extends Pick<KubeListQuery, 'only'> {
  /** Namespaces beside those of the estate. */
  more?: readonly string[];
}

/** Where an estate names at least this share of a cluster's namespaces, one list of all is less work than one of each. */
const SHARE = 1 / 4;

/**
 * Each kind is one request where it can be: in the one namespace that the estate names, or in all of the cluster, whatever
 * is elsewhere being dropped as it is read. Who may not list everywhere is asked for namespace by namespace instead.
 *
 * @param all how many namespaces the cluster has
 */
export function listerOf(kube: KubePort, namespaces: readonly string[], all: number): Lister {
  const each = async (query: KubeListQuery, names: readonly string[]): Promise<KubeObject[]> =>
    (await Promise.all(names.map((namespace) => kube.list({ ...query, namespace })))).flat();
  return {
    everywhere: (apiVersion, kind, keep, query = {}) =>
      kube.list({ ...query, apiVersion, kind, fromCache: true, keep }),
    inNamespaces: async (apiVersion, kind, keep, { more = [], ...only } = {}) => {
      const names = [...new Set([...namespaces, ...more])];
      const query = { ...only, apiVersion, kind, fromCache: true };
      if (names.length < 2 || names.length < all * SHARE) return await each({ ...query, keep }, names);
      const wanted = new Set(names);
      const isOwn = ({ metadata }: KubeObject): boolean => wanted.has(metadata.namespace ?? '');
      try {
        const found = await kube.list({ ...query, keep: (object) => (isOwn(object) ? keep(object) : undefined) });
        return found.filter(isOwn);
      } catch (error) {
        if (!isMeshError(error, 'MW1203')) throw error;
        return await each({ ...query, keep }, names);
      }
    },
  };
}
