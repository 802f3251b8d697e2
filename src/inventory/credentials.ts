import { meshError } from '../errors/mesh-error.ts';
import { findingOf } from './finding.ts';
import type { Finding, HostFacts } from './schema.ts';

/** The credentials of a joined host's proxy: when they begin and end, never what they are. */
export type HostCredentials = NonNullable<HostFacts['credentials']>;

/** A certificate that has less than this share of its life left should long have been renewed: Istio does it at half. */
const LEAST_LEFT = 0.25;

export type CertificateState = 'valid' | 'expiring' | 'expired' | 'not-yet-valid' | 'missing';

/** How a certificate stands at a time, in milliseconds since the epoch. Pure. */
export function certificateState({ certificate }: HostCredentials, nowMs: number): CertificateState {
  if (certificate === null) return 'missing';
  const [begin, end] = [Date.parse(certificate.notBefore), Date.parse(certificate.notAfter)];
  if (nowMs > end) return 'expired';
  if (nowMs < begin) return 'not-yet-valid';
  return end - nowMs < (end - begin) * LEAST_LEFT ? 'expiring' : 'valid';
}

/** When a host's credentials were read, and how its clock differs (`clockOffsetMs` of its facts). */
export interface ReadAt {
  nowMs: number;
  clockOffsetMs: number;
}

/** What stands out about the credentials of a joined host; nothing while they are good. Pure. */
export function credentialFinding(host: string, credentials: HostCredentials, at: ReadAt): Finding | undefined {
  const { certificate } = credentials;
  const [begin, end] = [Date.parse(certificate?.notBefore ?? ''), Date.parse(certificate?.notAfter ?? '')];
  switch (certificateState(credentials, at.nowMs)) {
    case 'valid':
      return undefined;
    case 'expiring':
      return findingOf(
        'warning',
        host,
        meshError('MW1122', { host, left: inWords(end - at.nowMs), life: inWords(end - begin) }),
      );
    case 'expired':
      return findingOf(
        'error',
        host,
        meshError('MW1123', { host, ago: inWords(at.nowMs - end), token: tokenInWords(credentials, at.nowMs) }),
      );
    case 'not-yet-valid':
      return findingOf(
        'error',
        host,
        meshError('MW1124', { host, wait: inWords(begin - at.nowMs), clock: clockInWords(at.clockOffsetMs) }),
      );
    case 'missing':
      return findingOf('error', host, meshError('MW1125', { host, token: tokenInWords(credentials, at.nowMs) }));
  }
}

/** How the service account token stands, as part of a sentence. */
export function tokenInWords({ tokenExpiresAt }: HostCredentials, nowMs: number): string {
  if (tokenExpiresAt === null) return 'it has no token that can be read';
  const left = Date.parse(tokenExpiresAt) - nowMs;
  return left > 0 ? `its token is good for ${inWords(left)}` : `its token expired ${inWords(-left)} ago`;
}

/** How a host's clock stands against this machine's, as part of a sentence. */
export function clockInWords(clockOffsetMs: number): string {
  const seconds = (Math.abs(clockOffsetMs) / 1000).toFixed(1);
  return `its clock is ${seconds} s ${clockOffsetMs > 0 ? 'behind' : 'ahead of'} the clock of this machine`;
}

/** A span of time, to its two greatest units: `23 h 12 min`, `3 d 4 h`, `45 s`. */
export function inWords(ms: number): string {
  const units: readonly (readonly [string, number])[] = [
    ['d', 86_400],
    ['h', 3_600],
    ['min', 60],
    ['s', 1],
  ];
  const seconds = Math.max(0, Math.round(ms / 1000));
  const first = Math.max(
    0,
    units.findIndex(([, size]) => seconds >= size),
  );
  const at = seconds === 0 ? units.length - 1 : first;
  let rest = seconds;
  const parts = units.slice(at, at + 2).map(([name, size]) => {
    const count = Math.floor(rest / size);
    rest -= count * size;
    return count === 0 && name !== units[at]?.[0] ? '' : `${count} ${name}`;
  });
  return parts.filter((part) => part !== '').join(' ');
}
