import { expect, test } from 'vitest';
import { connectionError, isMuxBroken, lastLine } from '../../src/ports/ssh-errors.ts';

const target = { name: 'vm-a', address: '192.0.2.1', port: 22, user: 'deploy' };

/** Messages of OpenSSH's client, as 9.2 prints them. */
test.for([
  [
    'MW1101',
    'No ED25519 host key is known for 192.0.2.1 and you have requested strict checking.\r\nHost key verification failed.\r\n',
  ],
  [
    'MW1102',
    '@@@@\r\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r\n@@@@\r\nHost key verification failed.\r\n',
  ],
  ['MW1102', '@       WARNING: REVOKED HOST KEY DETECTED!               @\r\nHost key verification failed.\r\n'],
  ['MW1103', 'ssh: connect to host 192.0.2.1 port 22: Connection refused\r\n'],
  ['MW1103', 'ssh: connect to host 192.0.2.1 port 22: No route to host\r\n'],
  ['MW1103', 'kex_exchange_identification: Connection closed by remote host\r\n'],
  ['MW1103', ''],
  ['MW1104', 'ssh: connect to host 192.0.2.1 port 22: Connection timed out\r\n'],
  ['MW1104', 'Connection timed out during banner exchange\r\n'],
  ['MW1105', 'deploy@192.0.2.1: Permission denied (publickey).\r\n'],
  ['MW1105', 'Received disconnect from 192.0.2.1 port 22:2: Too many authentication failures\r\n'],
  ['MW1113', 'ssh: Could not resolve hostname vm-a.invalid: Name or service not known\r\n'],
] as const)('%s: %s', ([code, stderr]) => {
  expect(connectionError(target, stderr, 10).code).toBe(code);
});

test('a broken multiplexed connection is told from a command that failed', () => {
  expect(isMuxBroken('mux_client_request_session: read from master failed: Connection reset by peer')).toBe(true);
  expect(isMuxBroken('Control socket connect(/x): Connection refused')).toBe(true);
  expect(isMuxBroken('cat: mux_client_x: No such file')).toBe(false);
});

test('a line of a host cannot carry escape sequences', () => {
  expect(lastLine('a\n\u001B[31mred\u202E.\n\n')).toBe('[31mred');
});
