import { meshError } from '../../src/errors/index.ts';
import {
  type Fields,
  type FieldPath,
  isSame,
  leavesOf,
  lookUp,
  overlay,
  withoutPath,
} from '../../src/execute/operations/kube/field-tree.ts';
import type { KubeManifest, KubeRef } from '../../src/plans/operation.ts';
import type { CommandResult, KubeObject, KubePort } from '../../src/ports/contracts.ts';
import { FIELD_MANAGER } from '../../src/ports/field-manager.ts';
import { type Entry, isOwn, isOwnable, isOwnUpdate, owns, ownersOf, readOwner, withOwners } from './kube-owners.ts';

/**
 * An API server in memory, as far as operations and checks can tell: resourceVersions, generations, finalizers,
 * dry runs, preconditions, and field ownership by server-side apply down to single fields (a list is one field).
 */
export class FakeKube implements KubePort {
  readonly cluster: string;
  /** `<verb> <kind> <namespace>/<name>` of every request that was carried out, dry runs left out. */
  readonly writes: string[] = [];
  /** Kinds, as `<Kind> (<apiVersion>)`, that are not served. */
  readonly unserved = new Set<string>();
  /** Answers `exec`; by default nothing can be run. */
  answerExec: (pod: { namespace: string; name: string; container: string }, argv: string[]) => CommandResult = () => ({
    exitCode: 127,
    stdout: '',
    stderr: 'not found',
  });
  #version = 100;
  date = (): Promise<number | null> => Promise.resolve(null);
  readonly #objects = new Map<string, KubeObject>();

  constructor(cluster = 'lab') {
    this.cluster = cluster;
  }

  /** Puts an object there as somebody else would; what it holds is theirs. */
  put(object: KubeManifest, manager = 'kubectl'): KubeObject {
    return this.#store(this.#updated(this.#objects.get(keyOf(object)), object, manager), true);
  }

  /** Applies as another field manager, by force. */
  applyAs(manager: string, object: KubeManifest): KubeObject {
    return this.#store(this.#applied(object, manager, true), true);
  }

  /** Every object, without the counters of the server: what a comparison before and after looks at. */
  snapshot(): unknown[] {
    return [...this.#objects.values()]
      .map(({ metadata: { resourceVersion: _version, generation: _generation, ...metadata }, ...rest }) => ({
        ...rest,
        metadata,
      }))
      .toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
  }

  async get(ref: KubeRef): Promise<KubeObject | null> {
    this.#refuseUnserved(ref);
    return await Promise.resolve(structuredClone(this.#objects.get(keyOf({ ...ref, metadata: ref })) ?? null));
  }

  async list(query: Parameters<KubePort['list']>[0]): Promise<KubeObject[]> {
    this.#refuseUnserved(query);
    const wanted = (query.labelSelector ?? '')
      .split(',')
      .filter((term) => term !== '')
      .map((term) => term.split('='));
    const found = [...this.#objects.values()].filter(
      ({ apiVersion, kind, metadata }) =>
        apiVersion === query.apiVersion &&
        kind === query.kind &&
        (query.namespace === undefined || metadata.namespace === query.namespace) &&
        wanted.every(([name = '', value]) => metadata.labels?.[name] === value),
    );
    return await Promise.resolve(structuredClone(found));
  }

  async apply(
    object: KubeManifest,
    {
      dryRun = false,
      resourceVersion,
      force = false,
    }: { dryRun?: boolean; resourceVersion?: string; force?: boolean } = {},
  ): Promise<KubeObject> {
    this.#refuseStale(this.#objects.get(keyOf(object)), object, resourceVersion);
    return await this.#write('apply', this.#applied(object, FIELD_MANAGER, force), dryRun);
  }

  async replace(object: KubeObject, { dryRun = false }: { dryRun?: boolean } = {}): Promise<KubeObject> {
    const live = this.#objects.get(keyOf(object));
    if (live === undefined) throw meshError('MW1210', { object: nameOf(object), cluster: this.cluster });
    this.#refuseStale(live, object, object.metadata.resourceVersion);
    return await this.#write('replace', this.#updated(live, object, FIELD_MANAGER), dryRun);
  }

  async create(object: KubeManifest, { dryRun = false }: { dryRun?: boolean } = {}): Promise<KubeObject> {
    this.#refuseUnserved(object);
    if (this.#objects.has(keyOf(object))) throw meshError('MW1211', { object: nameOf(object), cluster: this.cluster });
    return await this.#write('create', this.#updated(undefined, object, FIELD_MANAGER), dryRun);
  }

  async remove(object: KubeObject, { dryRun = false }: { dryRun?: boolean } = {}): Promise<void> {
    const live = this.#objects.get(keyOf(object));
    if (live === undefined) throw meshError('MW1210', { object: nameOf(object), cluster: this.cluster });
    this.#refuseStale(live, object, object.metadata.resourceVersion);
    if (dryRun) return;
    this.writes.push(`remove ${nameOf(object)}`);
    const finalizers = live.metadata['finalizers'] as string[] | undefined;
    if ((finalizers ?? []).length > 0)
      this.#store({ ...live, metadata: { ...live.metadata, deletionTimestamp: '2026-01-01T00:00:00Z' } }, true);
    else this.#objects.delete(keyOf(object));
    await Promise.resolve();
  }

  async token({ namespace, serviceAccount }: Parameters<KubePort['token']>[0]): Promise<string> {
    return await Promise.resolve(`token-of-${namespace}-${serviceAccount}`);
  }

  async exec(pod: { namespace: string; name: string; container: string }, argv: string[]): Promise<CommandResult> {
    return await Promise.resolve(this.answerExec(pod, argv));
  }

  async identity(): Promise<{ version: string; uid: string }> {
    return await Promise.resolve({ version: 'v1.34.4', uid: `uid-of-${this.cluster}` });
  }

  async #write(verb: string, object: KubeObject, dryRun: boolean): Promise<KubeObject> {
    if (!dryRun) this.writes.push(`${verb} ${nameOf(object)}`);
    return await Promise.resolve(structuredClone(this.#store(object, !dryRun)));
  }

  #store(object: KubeObject, isKept: boolean): KubeObject {
    const live = this.#objects.get(keyOf(object));
    if (
      live !== undefined &&
      isSame(live, { ...object, metadata: { ...object.metadata, resourceVersion: live.metadata.resourceVersion } })
    )
      return live;
    this.#version += 1;
    const { generation = 0 } = live?.metadata ?? {};
    const uid = live?.metadata.uid ?? `uid-${this.#version}`;
    const stored: KubeObject = {
      ...object,
      metadata: {
        ...object.metadata,
        uid,
        resourceVersion: String(this.#version),
        generation: live === undefined || !isSame(contentOf(live), contentOf(object)) ? generation + 1 : generation,
      },
    };
    if (
      isKept &&
      (live === undefined ||
        live.metadata['deletionTimestamp'] === undefined ||
        ((stored.metadata['finalizers'] as string[] | undefined) ?? []).length > 0)
    )
      this.#objects.set(keyOf(object), stored);
    else if (isKept) this.#objects.delete(keyOf(object));
    return stored;
  }

  #applied(object: KubeManifest, manager: string, force: boolean): KubeObject {
    this.#refuseUnserved(object);
    const live = this.#objects.get(keyOf(object));
    const owners = ownersOf(live);
    const leaves = leavesOf(object).filter(({ path }) => isOwnable(path));
    const inTheWay = leaves.flatMap(({ path, value }) => {
      const found = lookUp(live, path);
      return 'value' in found && isSame(found.value, value)
        ? []
        : owners.filter((owner) => !isOwn(owner, manager) && owns(owner, path)).map((owner) => owner.manager);
    });
    if (inTheWay.length > 0 && !force)
      throw meshError('MW1207', {
        object: nameOf(object),
        cluster: this.cluster,
        manager: [...new Set(inTheWay)].join(', '),
      });
    const paths = leaves.map(({ path }) => path);
    const others = owners
      .filter((owner) => !isOwn(owner, manager))
      .map((owner) =>
        inTheWay.includes(owner.manager)
          ? { ...owner, paths: owner.paths.filter((path) => !paths.some((own) => isSame(own, path))) }
          : owner,
      );
    const given = owners
      .filter((owner) => isOwn(owner, manager))
      .flatMap((owner) => owner.paths)
      .filter((path) => !paths.some((kept) => isSame(kept, path)) && !others.some((other) => owns(other, path)));
    const merged = given.reduce<Fields>(withoutPath, overlay(live ?? {}, object) as Fields) as KubeObject;
    return withOwners(merged, [...others, { manager, operation: 'Apply', paths }]);
  }

  #updated(live: KubeObject | undefined, object: KubeObject, manager: string): KubeObject {
    const given = (object.metadata.managedFields as Entry[] | undefined)?.filter(
      (entry) => entry.manager !== undefined,
    );
    const owners = given === undefined || given.length === 0 ? ownersOf(live) : given.map(readOwner);
    const leaves = leavesOf(object).filter(({ path }) => isOwnable(path));
    const changed = leaves.filter(({ path, value }) => !isSame(lookUp(live, path), { value })).map(({ path }) => path);
    const isThere = (path: FieldPath): boolean => 'value' in lookUp(object, path);
    const isChanged = (path: FieldPath): boolean => changed.some((other) => isSame(other, path));
    const kept = owners.map((owner) => ({
      ...owner,
      paths: owner.paths.filter((path) => isThere(path) && (!isChanged(path) || isOwnUpdate(owner, manager))),
    }));
    const own = kept.find((owner) => isOwnUpdate(owner, manager)) ?? {
      manager,
      operation: 'Update' as const,
      paths: [],
    };
    const added = changed.filter((path) => !own.paths.some((other) => isSame(other, path)));
    return withOwners(object, [...kept.filter((owner) => owner !== own), { ...own, paths: [...own.paths, ...added] }]);
  }

  #refuseStale(
    live: KubeObject | undefined,
    object: KubeManifest | KubeObject,
    resourceVersion: string | undefined,
  ): void {
    if (resourceVersion !== undefined && live?.metadata.resourceVersion !== resourceVersion)
      throw meshError('MW1212', { object: nameOf(object), cluster: this.cluster });
  }

  #refuseUnserved({ apiVersion, kind }: { apiVersion: string; kind: string }): void {
    if (this.unserved.has(`${kind} (${apiVersion})`))
      throw meshError('MW1204', { cluster: this.cluster, kinds: `${kind} (${apiVersion})` });
  }
}

const keyOf = ({
  apiVersion,
  kind,
  metadata,
}: {
  apiVersion: string;
  kind: string;
  metadata: { namespace?: string; name: string };
}): string => `${apiVersion} ${kind} ${metadata.namespace ?? ''} ${metadata.name}`;
const nameOf = ({ kind, metadata }: KubeManifest | KubeObject): string =>
  `${kind} ${metadata.namespace ?? ''}/${metadata.name}`;
/** What a change of the generation is about. */
function contentOf({ metadata: _metadata, status: _status, ...content }: KubeObject & { status?: unknown }): unknown {
  return content;
}
