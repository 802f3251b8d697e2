import { meshError, type MeshError } from '../../../errors/index.ts';
import { HOST_HOME } from '../../../plans/host-paths.ts';

/** What a refusal of a script means. The reasons are those that the scripts pass to `refuse`. */
const REFUSALS: Record<string, (host: string, detail: string) => MeshError> = {
  foreign: (host, owner) => meshError('MW1407', { object: `${HOST_HOME} on host ${host}`, owner }),
  'other-mesh': (host, owner) => meshError('MW1407', { object: `the capture of another mesh on host ${host}`, owner }),
  stale: (host, token) => meshError('MW1421', { host, token }),
  busy: (host) => meshError('MW1422', { host }),
  missing: (host, programs) => meshError('MW1112', { host, programs }),
  'no-iptables': (host, programs) => meshError('MW1107', { host, programs }),
  'login-port': (host, port) => meshError('MW1423', { host, port }),
  'no-sshd': (host, reason) => meshError('MW1424', { host, reason }),
  'proxy-not-ready': (host, reason) => meshError('MW1425', { host, reason }),
  draining: (host, count) =>
    meshError('MW1425', {
      host,
      reason: `it was asked to drain and still holds ${count} connection(s); it is restarted once they have ended`,
    }),
  rules: (host, reason) => meshError('MW1426', { host, reason }),
  'rules-gone': (host, reason) => meshError('MW1426', { host, reason }),
  fired: (host, seconds) => meshError('MW1403', { host, seconds }),
  deadman: (host, reason) => meshError('MW1427', { host, reason }),
  captured: (host, reason) => meshError('MW1428', { host, reason }),
  translated: (host, count) => meshError('MW1432', { host, count }),
  unit: (host, detail) => meshError('MW1429', { host, detail: detail || 'no message' }),
};

/** The coded error of a refusal; a reason that is not listed is a failed command. */
export function refusalError(host: string, action: string, reason: string, detail: string, status: number): MeshError {
  const make = Object.hasOwn(REFUSALS, reason) ? REFUSALS[reason] : undefined;
  const shown = detail
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
    .slice(0, 300)
    .replace(/\.$/, '');
  return make?.(host, shown) ?? meshError('MW1108', { host, action, status, detail: shown || reason || 'no message' });
}
