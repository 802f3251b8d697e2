import { isMeshError } from '../../errors/mesh-error.ts';
import type { KubeListQuery, KubeObject, KubePort } from '../../ports/contracts.ts';
import { keepLean } from './keep.ts';

type Keep = NonNullable<KubeListQuery['keep']>;

/** A label and its value. */
export type Label = readonly [name: string, value: string];

/** Lists what the estate's namespaces of one cluster hold. */
export interface Lister {
  /** All objects of a kind in the namespaces of the estate. */
  inNamespaces(apiVersion: string, kind: string, keep: Keep, options?: InNamespaces): Promise<KubeObject[]>;
  /** The same, and objects with a label besides, which count wherever they are; of these all is kept that keepLean keeps. */
  withLabelled(apiVersion: string, kind: string, keep: Keep, label: Label): Promise<WithLabelled>;
  /** All objects of a kind, wherever they are. */
  everywhere(apiVersion: string, kind: string, keep: Keep, query?: Partial<KubeListQuery>): Promise<KubeObject[]>;
}

interface InNamespaces extends Pick<KubeListQuery, 'only'> {
  /** Namespaces beside those of the estate. */
  more?: readonly string[];
}

/** What the lists of one kind gave. */
export interface WithLabelled {
  /** Those in the namespaces of the estate. */
  own: KubeObject[];
  /** Those with the label, in one namespace or in all. A request of its own only where no list was of all namespaces. */
  labelled(namespace?: string): Promise<KubeObject[]>;
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
  /** Of all namespaces, by one request; undefined where that is more work, or not allowed. */
  const wide = async (query: KubeListQuery, names: readonly string[]): Promise<KubeObject[] | undefined> => {
    if (names.length < 2 || names.length < all * SHARE) return undefined;
    try {
      return await kube.list(query);
    } catch (error) {
      if (!isMeshError(error, 'MW1203')) throw error;
      return undefined;
    }
  };
  return {
    everywhere: (apiVersion, kind, keep, query = {}) =>
      kube.list({ ...query, apiVersion, kind, fromCache: true, keep }),
    inNamespaces: async (apiVersion, kind, keep, { more = [], ...only } = {}) => {
      const names = [...new Set([...namespaces, ...more])];
      const query = { ...only, apiVersion, kind, fromCache: true };
      const isOwn = within(names);
      const found = await wide({ ...query, keep: (object) => (isOwn(object) ? keep(object) : undefined) }, names);
      return found === undefined ? await each({ ...query, keep }, names) : found.filter(isOwn);
    },
    withLabelled: async (apiVersion, kind, keep, label) => {
      const query = { apiVersion, kind, fromCache: true };
      const [isOwn, isLabelled] = [within(namespaces), labelledWith(label)];
      // What is both is kept as the labelled ones are, and cut down to what is kept of the others later.
      const keepEither: Keep = (object) =>
        isLabelled(object) ? keepLean(object) : isOwn(object) ? keep(object) : undefined;
      const found = await wide({ ...query, keep: keepEither }, [...new Set(namespaces)]);
      if (found === undefined)
        return { own: await each({ ...query, keep }, [...new Set(namespaces)]), labelled: asking(kube, query, label) };
      const labelled = found.filter(isLabelled);
      return {
        own: found.filter(isOwn).flatMap((object) => (isLabelled(object) ? (keep(object) ?? []) : object)),
        labelled: async (namespace) =>
          labelled.filter(({ metadata }) => namespace === undefined || metadata.namespace === namespace),
      };
    },
  };
}

function within(namespaces: readonly string[]): (object: KubeObject) => boolean {
  const wanted = new Set(namespaces);
  return ({ metadata }) => wanted.has(metadata.namespace ?? '');
}

function labelledWith([name, value]: Label): (object: KubeObject) => boolean {
  return ({ metadata }) => metadata.labels?.[name] === value;
}

function asking(kube: KubePort, query: KubeListQuery, label: Label): WithLabelled['labelled'] {
  const labelled = { ...query, keep: keepLean, labelSelector: label.join('=') };
  return (namespace) => kube.list({ ...labelled, ...(namespace === undefined ? {} : { namespace }) });
}
