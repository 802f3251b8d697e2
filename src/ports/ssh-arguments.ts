import { meshError } from '../errors/mesh-error.ts';
import type { SshTarget } from './contracts.ts';
import { quote } from './ssh-quote.ts';

const HOST_NAME = /^[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?$/;
const IPV6 = /^[0-9a-fA-F:]{2,39}$/;
const USER_NAME = /^[a-z_][a-z0-9_-]{0,31}$/;
const JUMP = /^(?:(?<user>[^@]*)@)?(?<host>[^@:]+)(?::(?<port>\d{1,5}))?$/;

/** How a connection relates to the multiplexed one. `own`: none of it, a connection for itself. */
export type Sharing =
  { kind: 'open'; path: string; persistSeconds: number } | { kind: 'use'; path: string } | { kind: 'own' };

/** Refuses names that could be read as an option, a pattern or a shell word, whoever checked them before. */
export function checkTarget(target: SshTarget): void {
  if (!HOST_NAME.test(target.address) && !IPV6.test(target.address)) refuse(target.address, 'host name');
  if (!USER_NAME.test(target.user)) refuse(target.user, 'user name');
  if (!Number.isInteger(target.port) || target.port < 1 || target.port > 65_535) refuse(String(target.port), 'port');
  if (target.jump !== undefined) parseJump(target.jump);
}

/**
 * The command line of the OpenSSH client up to the destination. The operator's own configuration is read (jump
 * hosts, agents and certificates live there), but an option given here wins over it.
 */
export function sshArguments(target: SshTarget, sharing: Sharing, connectTimeoutSeconds: number): string[] {
  checkTarget(target);
  const options = [
    ...commonOptions(target, connectTimeoutSeconds),
    ...sharingOptions(sharing),
    ...jumpOptions(target, connectTimeoutSeconds),
  ];
  return [
    '-T',
    '-x',
    '-a',
    ...options.flatMap((option) => ['-o', option]),
    '-p',
    String(target.port),
    '--',
    `${target.user}@${target.address}`,
  ];
}

function commonOptions(target: SshTarget, connectTimeoutSeconds: number): string[] {
  return [
    'BatchMode=yes',
    'StrictHostKeyChecking=yes',
    'VerifyHostKeyDNS=no',
    'UpdateHostKeys=no',
    'ForwardAgent=no',
    'ForwardX11=no',
    'ClearAllForwardings=yes',
    'PermitLocalCommand=no',
    'RemoteCommand=none',
    'RequestTTY=no',
    'Tunnel=no',
    'VisualHostKey=no',
    'AddKeysToAgent=no',
    'LogLevel=INFO',
    'ConnectionAttempts=1',
    `ConnectTimeout=${connectTimeoutSeconds}`,
    'ServerAliveInterval=5',
    'ServerAliveCountMax=3',
    ...(target.knownHostsFile === undefined ? [] : [`UserKnownHostsFile=${filePath(target.knownHostsFile)}`]),
    ...(target.identityFile === undefined
      ? []
      : [`IdentityFile=${filePath(target.identityFile)}`, 'IdentitiesOnly=yes']),
  ];
}

function sharingOptions(sharing: Sharing): string[] {
  if (sharing.kind === 'own') return ['ControlMaster=no', 'ControlPath=none'];
  const path = `ControlPath=${filePath(sharing.path)}`;
  if (sharing.kind === 'use') return ['ControlMaster=no', path];
  return ['ControlMaster=yes', path, `ControlPersist=${sharing.persistSeconds}`];
}

/**
 * The jump host by ProxyCommand: with ProxyJump the client would reach it under the operator's configuration
 * only, and might accept a new host key there. Each word is quoted, since the client hands it to a shell.
 */
function jumpOptions(target: SshTarget, connectTimeoutSeconds: number): string[] {
  if (target.jump === undefined) return [];
  const { user, host, port } = parseJump(target.jump);
  const options = [...commonOptions(target, connectTimeoutSeconds), ...sharingOptions({ kind: 'own' })];
  const words = [
    'ssh',
    '-T',
    '-x',
    '-a',
    ...options.flatMap((option) => ['-o', option]),
    ...(port === undefined ? [] : ['-p', port]),
  ];
  const destination = user === undefined ? host : `${user}@${host}`;
  return [
    `ProxyCommand=${words.map((word) => quote(word).replaceAll('%', '%%')).join(' ')} -W '[%h]:%p' -- ${quote(destination)}`,
  ];
}

function parseJump(jump: string): { user?: string | undefined; host: string; port?: string | undefined } {
  const { user, host = '', port } = JUMP.exec(jump)?.groups ?? {};
  if (!HOST_NAME.test(host)) refuse(jump, 'jump host');
  if (user !== undefined && !USER_NAME.test(user)) refuse(user, 'user name');
  return { user, host, port };
}

/** A path as OpenSSH's option parser reads it: in double quotes, percent signs doubled. */
function filePath(path: string): string {
  if (/["\\\p{Cc}]/u.test(path)) refuse(path, 'file path');
  return `"${path.replaceAll('%', '%%')}"`;
}

function refuse(value: string, kind: string): never {
  throw meshError('MW1110', { value, kind, reason: 'it holds characters or a form that is not allowed' });
}
