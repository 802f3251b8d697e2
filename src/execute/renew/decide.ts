import { type MeshError, meshError } from '../../errors/index.ts';
import {
  certificateState,
  clockInWords,
  credentialFinding,
  inWords,
  tokenInWords,
} from '../../inventory/credentials.ts';
import { HOST_HOME } from '../../plans/host-paths.ts';
import type { ProxyState } from '../operations/host/credentials.ts';

/**
 * How far a host's clock may be off for new credentials to be of any use. istiod dates a certificate two minutes back
 * (istio: security/pkg/pki/util, ClockSkewGracePeriod): on a clock further behind it is not valid yet.
 */
const MAX_CLOCK_OFFSET_MS = 120_000;

export interface RenewalQuestion {
  host: string;
  run: string;
  state: Omit<ProxyState, 'chain'>;
  /** Whether the certificate leads to a root that the mesh has now; true where there is no certificate. */
  isTrusted: boolean;
  nowMs: number;
  /** Whether the operator allows to restart a proxy that is ready. */
  mayCut: boolean;
}

/** What is to be done about a host's credentials, and why. */
export type Renewal =
  | { do: 'refuse'; error: MeshError }
  /** The proxy is ready and its certificate good: nothing is written, nothing restarted. */
  | { do: 'leave'; why: string }
  /**
   * New files for a proxy that is ready: it takes them by itself, and keeps its connections. `isInTime`: its certificate
   * still serves.
   */
  | { do: 'refresh'; why: string; isInTime: boolean }
  /** New files, and a new start of the proxy; a certificate of no use goes first. */
  | { do: 'restart'; why: string; drop: boolean };

/** Decides from what a host tells, and changes nothing. Pure. */
export function decideRenewal(question: RenewalQuestion): Renewal {
  const { state, isTrusted, nowMs, mayCut } = question;
  const error = refusalOf(question);
  if (error) return { do: 'refuse', error };
  const standing = certificateState(state.credentials, nowMs);
  const why = whyRenew(question);
  if (!state.ready) {
    const isUseless = standing === 'expired' || (standing !== 'missing' && !isTrusted);
    return {
      do: 'restart',
      why: `its proxy is not ready (unit ${state.active || 'unknown'}); ${why}`,
      drop: isUseless,
    };
  }
  if (standing === 'valid' && isTrusted) return { do: 'leave', why };
  if (mayCut) return { do: 'restart', why, drop: standing !== 'missing' };
  return { do: 'refresh', why, isInTime: standing === 'expiring' && isTrusted };
}

function refusalOf({ host, run, state, nowMs }: RenewalQuestion): MeshError | undefined {
  const { owner, installed, credentials, clockOffsetMs } = state;
  if (owner !== '' && owner !== run)
    return meshError('MW1407', { object: `${HOST_HOME} on host ${host}`, owner: `run ${owner}` });
  if (owner === '' || !installed) return meshError('MW1438', { run, host });
  if (certificateState(credentials, nowMs) === 'not-yet-valid') {
    const wait = inWords(Date.parse(credentials.certificate?.notBefore ?? '') - nowMs);
    return meshError('MW1124', { host, wait, clock: clockInWords(clockOffsetMs) });
  }
  if (Math.abs(clockOffsetMs) <= MAX_CLOCK_OFFSET_MS) return undefined;
  return meshError('MW1117', {
    host,
    seconds: (Math.abs(clockOffsetMs) / 1000).toFixed(1),
    direction: clockOffsetMs > 0 ? 'behind' : 'ahead of',
  });
}

/** The state of certificate and token in words. */
function whyRenew({ host, state: { credentials, clockOffsetMs }, isTrusted, nowMs }: RenewalQuestion): string {
  const token = tokenInWords(credentials, nowMs);
  const finding = credentialFinding(host, credentials, { nowMs, clockOffsetMs });
  if (!isTrusted) return `its certificate leads to no root of the mesh, and ${token}`;
  if (finding) return finding.message.replace(/^The/, 'the').replace(/\.$/, '');
  const left = Date.parse(credentials.certificate?.notAfter ?? '') - nowMs;
  return `its certificate is good for ${inWords(left)}, and ${token}`;
}
