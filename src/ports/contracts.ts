import type { KubeManifest, KubeRef } from '../plans/operation.ts';

/**
 * What the rest of meshway may ask of the outside world. The files beside this one are the only users of
 * execa, @kubernetes/client-node, fs and fetch; tests that need no real target put their own behind these.
 */
export interface CommandResult {
  exitCode: number;
  stdout: string;
  stderr: string;
}

/** One SSH destination, after its names were checked. */
export interface SshTarget {
  name: string;
  address: string;
  port: number;
  user: string;
  jump?: string;
  identityFile?: string;
  knownHostsFile?: string;
}

export interface RunOptions {
  timeoutMs: number;
  /** Bytes of output kept before the command is stopped with a coded error. */
  maxOutputBytes?: number;
  /**
   * Run as root: through `sudo -n` unless the login is root itself. `preferred`: as the login where sudo refuses, in the
   * same round; the script can tell by `id -u`.
   */
  root?: boolean | 'preferred';
  /**
   * Nothing else will be asked of this target soon. The script then gets a connection of its own, which costs about half
   * of one that is opened to be shared; one that is shared already is used.
   */
  isOnlyRound?: boolean;
}

export interface SshPort {
  /**
   * Runs a fixed POSIX shell script on the host: the remote command is a constant, the script goes in on stdin.
   * `variables` become shell variables by the one audited quoting function. A non-zero exit is returned, not thrown.
   * Throws the coded connection errors MW11xx.
   */
  script(
    target: SshTarget,
    script: string,
    variables: Record<string, string>,
    options: RunOptions,
  ): Promise<CommandResult>;
  /**
   * Streams a local file to a path on the host, as root, checks its SHA-256 there, and renames it into place: where an
   * owner is given, only while the marker of the host names it. @throws MW1421 when it names another
   */
  upload(
    target: SshTarget,
    file: {
      localPath: string;
      remotePath: string;
      sha256: string;
      mode: string;
      owner?: { run: string; token: number };
    },
    options: RunOptions,
  ): Promise<void>;
  /**
   * Logs in on a connection of its own (`ControlPath=none`) and looks up the user and a name, `localhost` unless told.
   * Throws when that fails.
   */
  freshLogin(target: SshTarget, options: RunOptions & { lookup?: string }): Promise<void>;
  /** Ends the multiplexed connections this process opened. */
  close(): Promise<void>;
}

/** An object as the API server returned it. */
export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    generation?: number;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    managedFields?: { manager?: string; time?: string; fieldsV1?: unknown }[];
    [field: string]: unknown;
  };
  [field: string]: unknown;
}

/** Which objects to list, and how much of them. */
export interface KubeListQuery {
  apiVersion: string;
  kind: string;
  /** Absent: wherever they are. */
  namespace?: string;
  labelSelector?: string;
  /**
   * True where what the server remembers will do, be it some seconds old: one answer from its cache, which costs its store
   * nothing, instead of pages from the store.
   */
  fromCache?: boolean;
  /**
   * Less than whole objects: of each its names, labels, annotations and owners; of pods, where that is asked for, also their
   * containers' names, phase and address. A server that cannot say so little sends more.
   */
  only?: 'metadata' | 'pod';
  /**
   * What is kept of each object, as it arrives; nothing for one that is not wanted. Whatever an object has besides is
   * gone before the next one is read, so that a long list needs little memory.
   */
  keep?: (object: KubeObject) => KubeObject | undefined;
}

export interface KubePort {
  readonly cluster: string;
  /** Null when the object does not exist; throws when its kind is not served (MW12xx). */
  get(ref: KubeRef): Promise<KubeObject | null>;
  list(query: KubeListQuery): Promise<KubeObject[]>;
  /** Server-side apply under our one field manager, without force; `dryRun` asks the server and stores nothing. */
  apply(
    object: KubeManifest,
    options?: { dryRun?: boolean; resourceVersion?: string; force?: boolean },
  ): Promise<KubeObject>;
  /** Replaces the object as read; its resourceVersion makes a stale write a conflict. */
  replace(object: KubeObject, options?: { dryRun?: boolean }): Promise<KubeObject>;
  create(object: KubeManifest, options?: { dryRun?: boolean }): Promise<KubeObject>;
  /** Deletes exactly the object that was read (uid and resourceVersion as preconditions). */
  remove(object: KubeObject, options?: { dryRun?: boolean }): Promise<void>;
  /** A short-lived token of a ServiceAccount (TokenRequest). Never logged, never stored. */
  token(request: {
    namespace: string;
    serviceAccount: string;
    audience: string;
    expirationSeconds: number;
  }): Promise<string>;
  /** Runs one program in a container and returns its output. */
  exec(
    pod: { namespace: string; name: string; container: string },
    argv: string[],
    options: { timeoutMs: number },
  ): Promise<CommandResult>;
  /** Server version and the kube-system namespace's uid, which names a cluster for good. */
  identity(): Promise<{ version: string; uid: string }>;
  /** The API server's clock in whole seconds, as milliseconds since the epoch; null when its answer does not say. */
  date(): Promise<number | null>;
}

export interface MetricsPort {
  /** The value of an instant query: null for no data or NaN. Throws when the source cannot be asked. */
  scalar(query: string): Promise<number | null>;
  /** Every series of an instant query's answer, NaN among the values; empty for no data. Throws when the source cannot be asked. */
  vector(query: string): Promise<{ labels: Record<string, string>; value: number }[]>;
}

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after `ms`, or earlier and with `false` when the run is interrupted. */
  sleep(ms: number): Promise<boolean>;
}
