import { meshError, type MeshError } from '../errors/mesh-error.ts';
import type { SshTarget } from './contracts.ts';

/** The multiplexed connection is gone or stuck: a new one may well succeed. */
export function isMuxBroken(stderr: string): boolean {
  return /^(mux_client_|muxclient|Control socket|ControlSocket |.*master (is )?dead)/m.test(stderr);
}

/** The client's messages come from OpenSSH's source; the first pattern that fits decides. */
const PATTERNS: [RegExp, (target: SshTarget, line: string, seconds: number) => MeshError][] = [
  [
    /REMOTE HOST IDENTIFICATION HAS CHANGED|REVOKED HOST KEY|host key .*has changed/i,
    ({ name: host, address }) => meshError('MW1102', { host, address }),
  ],
  [
    /No \S+ host key is known for|Host key verification failed|No matching host key fingerprint/i,
    ({ name: host, address }) => meshError('MW1101', { host, address }),
  ],
  [/Could not resolve hostname/i, ({ name: host, address }) => meshError('MW1113', { host, address })],
  [
    /Permission denied|Too many authentication failures|no mutual signature|account (is|has) (expired|locked)/i,
    ({ name: host, user }) => meshError('MW1105', { host, user }),
  ],
  [/timed out|not responding/i, (target, _line, seconds) => timedOut(target, seconds)],
  [/./, ({ name: host, address }, reason) => meshError('MW1103', { host, address, reason })],
];

/** Explains why a connection did not come about. */
export function connectionError(target: SshTarget, stderr: string, seconds: number): MeshError {
  const line =
    lastLine(stderr.replaceAll(/^Connection closed by UNKNOWN port.*$/gm, '')) || 'ssh ended without a message';
  const [, make] = PATTERNS.find(([pattern]) => pattern.test(stderr)) ?? [];
  return (
    make?.(target, line, seconds) ?? meshError('MW1103', { host: target.name, address: target.address, reason: line })
  );
}

/** The host, or the command on it, took longer than it may. */
export function timedOut(target: SshTarget, seconds: number): MeshError {
  return meshError('MW1104', { host: target.name, address: target.address, seconds });
}

/** Explains why the remote shell never began the script although the login succeeded. */
export function shellError(target: SshTarget, root: boolean, exitCode: number, stderr: string): MeshError {
  if (root && /\bsudo\b/i.test(stderr)) return meshError('MW1106', { user: target.user, host: target.name });
  return meshError('MW1108', {
    host: target.name,
    action: 'the login shell',
    status: exitCode,
    detail: lastLine(stderr) || 'no message',
  });
}

/** The last line that says something, short and without control characters: it comes from a host. */
export function lastLine(text: string): string {
  const line = text.split('\n').findLast((candidate) => candidate.trim() !== '') ?? '';
  return line
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, '')
    .trim()
    .slice(0, 300)
    .replace(/\.$/, '');
}
