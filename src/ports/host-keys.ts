import { createHash } from 'node:crypto';
import { meshError } from '../errors/mesh-error.ts';
import type { SshTarget } from './contracts.ts';
import { appendLines } from './files.ts';
import { runProcess, type ProcessResult } from './process.ts';
import { checkTarget } from './ssh-arguments.ts';
import { lastLine, timedOut } from './ssh-errors.ts';

const SCAN_SECONDS = 10;
const MAX_SCAN_BYTES = 256 * 1024;
const KEY_LINE = /^\S+ ((?:ssh|ecdsa|sk)-[a-z0-9@.-]{3,60}) ([A-Za-z0-9+/]{40,8000}={0,2})$/;

/** A public host key, and the fingerprint that its owner can be asked for. */
export interface HostKey {
  type: string;
  /** Base64, as in known_hosts. */
  key: string;
  /** `SHA256:` and base64 without padding, as OpenSSH prints it. */
  fingerprint: string;
}

/** The keys a host shows to anybody who asks: proof of nothing until somebody compares the fingerprint. */
export async function scanHostKeys(target: SshTarget): Promise<HostKey[]> {
  checkTarget(target);
  if (target.jump !== undefined)
    throw meshError('MW1120', { host: target.name, jump: target.jump, port: target.port, address: target.address });
  const result = await runProcess(
    ['ssh-keyscan', '-T', String(SCAN_SECONDS), '-p', String(target.port), '--', target.address],
    { timeoutMs: SCAN_SECONDS * 2000, maxOutputBytes: MAX_SCAN_BYTES },
  );
  const keys = parseKeys(result.stdout);
  if (keys.length === 0) throw scanError(target, result);
  return keys;
}

/** The keys that a known_hosts file has for a host, hashed names included; none when there is no such file. */
export async function knownHostKeys(target: SshTarget, knownHostsFile: string): Promise<HostKey[]> {
  const result = await runProcess(['ssh-keygen', '-F', knownHostName(target), '-f', knownHostsFile], {
    timeoutMs: 5_000,
    maxOutputBytes: MAX_SCAN_BYTES,
  });
  if (result.ending === 'missing') throw meshError('MW1111', { program: 'ssh-keygen' });
  return parseKeys(result.stdout);
}

/** Puts keys on record as those of a host. */
export async function trustHostKeys(
  target: SshTarget,
  keys: readonly HostKey[],
  knownHostsFile: string,
): Promise<void> {
  await appendLines(
    knownHostsFile,
    keys.map(({ type, key }) => `${knownHostName(target)} ${type} ${key}`),
    0o600,
  );
}

function knownHostName({ address, port }: SshTarget): string {
  return port === 22 ? address : `[${address}]:${port}`;
}

function parseKeys(text: string): HostKey[] {
  const keys = text.split('\n').flatMap((line) => {
    const [, type, key] = KEY_LINE.exec(line.trim()) ?? [];
    return type === undefined || key === undefined ? [] : [{ type, key, fingerprint: fingerprintOf(key) }];
  });
  return [...new Map(keys.map((key) => [key.key, key])).values()].toSorted((a, b) => (a.type < b.type ? -1 : 1));
}

function fingerprintOf(key: string): string {
  return `SHA256:${createHash('sha256').update(Buffer.from(key, 'base64')).digest('base64').replace(/=+$/, '')}`;
}

function scanError(target: SshTarget, { ending, stderr }: ProcessResult): Error {
  if (ending === 'missing') return meshError('MW1111', { program: 'ssh-keyscan' });
  const reason = lastLine(stderr.replaceAll(/^#.*$/gm, ''));
  if (ending === 'timeout' || /timed out/i.test(reason)) return timedOut(target, SCAN_SECONDS);
  if (/Name or service not known|name resolution|getaddrinfo/i.test(reason))
    return meshError('MW1113', { host: target.name, address: target.address });
  return meshError('MW1103', { host: target.name, address: target.address, reason: reason || 'it shows no host key' });
}
