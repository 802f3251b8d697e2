import { LEASE_API, runLease } from '../../plans/owned-kinds.ts';
import type { KubeManifest, KubeRef } from '../../plans/operation.ts';
import type { KubeObject } from '../../ports/contracts.ts';
import type { Stamp } from '../handler.ts';
import { RUN_LABEL, stampObject, TOKEN_ANNOTATION } from '../operations/kube/ownership.ts';

/** How long a holder that says nothing counts as alive, in seconds, where the estate does not say. */
export const LEASE_SECONDS = 30;

const ESTATE_ANNOTATION = 'meshway.dev/estate';
/** Who held it last: stays when the Lease is given back, so that an old journal can tell that it was not its own holder. */
const HOLDER_ANNOTATION = 'meshway.dev/holder';

/** Who asks: unique to a process, readable by people. */
export interface Identity {
  host: string;
  pid: number;
  /** Tells apart two processes of the same name and number, on cloned machines. */
  nonce: string;
}

/** A Lease (coordination.k8s.io/v1) in our words. Times are milliseconds since the epoch, by the holder's clock. */
export interface LeaseRecord {
  run: string;
  estate: string;
  /** Empty when it was given back. */
  holder: string;
  /** The same, but kept when it was given back. */
  lastHolder: string;
  token: number;
  durationSeconds: number;
  acquiredMs: number;
  renewedMs: number;
  transitions: number;
}

/** What a holder writes. */
export interface LeaseWish {
  stamp: Stamp;
  estate: string;
  identity: Identity;
  durationSeconds: number;
}

export const describeIdentity = ({ host, pid, nonce }: Identity): string => `${host}/${pid}/${nonce}`;

/** `process 12 on laptop`, from what a Lease names; other texts as they are. */
export function describeHolder(holder: string): string {
  const [, host, pid] = /^(.+)\/(\d+)\/[0-9a-f]+$/.exec(holder) ?? [];
  return host === undefined ? holder : `process ${pid} on ${host}`;
}

/** Whether a Lease was last held by this process, as a journal names it. */
export function isHeldBy({ lastHolder }: LeaseRecord, { pid, host }: { pid: number; host: string }): boolean {
  return lastHolder.startsWith(`${host}/${pid}/`);
}

export const leaseRef = (run: string, namespace: string): KubeRef => ({
  ...LEASE_API,
  namespace,
  name: runLease(run),
});

/** A Lease that does not exist yet. */
export function newLease(namespace: string, wish: LeaseWish, nowMs: number): KubeManifest {
  const { apiVersion, kind, name } = leaseRef(wish.stamp.run, namespace);
  return held({ apiVersion, kind, metadata: { name, namespace } }, wish, nowMs, 0) as KubeManifest;
}

/** The Lease with a new holder, under the resourceVersion that was read. */
export function takenLease(live: KubeObject, wish: LeaseWish, nowMs: number): KubeObject {
  return held(live, wish, nowMs, readLease(live).transitions + 1);
}

/** The Lease, renewed by its holder. */
export function renewedLease(live: KubeObject, nowMs: number): KubeObject {
  return withSpec(live, { renewTime: microTime(nowMs) });
}

/** The Lease with no holder: whoever comes next need not wait. Token and last holder stay. */
export function freeLease(live: KubeObject): KubeObject {
  return withSpec(live, { holderIdentity: '' });
}

/** What a Lease says; a field that is missing or strange counts as one that tells nothing. */
export function readLease(lease: KubeObject): LeaseRecord {
  const spec = (lease['spec'] ?? {}) as Record<string, unknown>;
  const { annotations = {}, labels = {} } = lease.metadata;
  const holder = text(spec['holderIdentity']);
  return {
    run: labels[RUN_LABEL] ?? '',
    estate: annotations[ESTATE_ANNOTATION] ?? '',
    holder,
    lastHolder: annotations[HOLDER_ANNOTATION] ?? holder,
    token: Number(annotations[TOKEN_ANNOTATION] ?? 0),
    durationSeconds: Number(spec['leaseDurationSeconds'] ?? LEASE_SECONDS),
    acquiredMs: Date.parse(text(spec['acquireTime'])),
    renewedMs: Date.parse(text(spec['renewTime'])),
    transitions: Number(spec['leaseTransitions'] ?? 0),
  };
}

function held(object: KubeObject, wish: LeaseWish, nowMs: number, leaseTransitions: number): KubeObject {
  const stamped = stampObject(object, wish.stamp);
  const holderIdentity = describeIdentity(wish.identity);
  const now = microTime(nowMs);
  const annotations = {
    ...stamped.metadata.annotations,
    [ESTATE_ANNOTATION]: wish.estate,
    [HOLDER_ANNOTATION]: holderIdentity,
  };
  const spec = { holderIdentity, leaseDurationSeconds: wish.durationSeconds, acquireTime: now, renewTime: now };
  return withSpec({ ...stamped, metadata: { ...stamped.metadata, annotations } }, { ...spec, leaseTransitions });
}

function withSpec(lease: KubeObject, spec: Record<string, unknown>): KubeObject {
  return { ...lease, spec: { ...(lease['spec'] as object | undefined), ...spec } };
}

/** metav1.MicroTime has six digits behind the point. */
const microTime = (ms: number): string => new Date(ms).toISOString().replace('Z', '000Z');

const text = (value: unknown): string => (typeof value === 'string' ? value : '');
