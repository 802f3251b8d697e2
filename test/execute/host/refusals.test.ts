import { describe, expect, it } from 'vitest';
import { refusalError } from '../../../src/execute/operations/host/refusals.ts';

const error = (reason: string, detail: string): ReturnType<typeof refusalError> =>
  refusalError('vm-a', 'capturing connections', reason, detail, 3);

describe('what a script on a host refuses', () => {
  it.each([
    ['foreign', 'run other', 'MW1407', 'run other'],
    ['other-mesh', 'chain ISTIO_OUTPUT (iptables-nft)', 'MW1407', 'ISTIO_OUTPUT'],
    ['stale', '7', 'MW1421', 'token 7'],
    ['busy', '', 'MW1422', 'vm-a'],
    ['missing', 'systemd-run', 'MW1112', 'systemd-run'],
    ['no-iptables', 'iptables', 'MW1107', 'iptables'],
    ['login-port', '2222', 'MW1423', 'port 2222'],
    ['no-sshd', 'no sshd was found to listen', 'MW1424', 'no sshd'],
    ['proxy-not-ready', 'its readiness is not 200', 'MW1425', 'not 200'],
    ['draining', '3', 'MW1425', '3 connection(s)'],
    ['rules', 'bad rule', 'MW1426', 'bad rule'],
    ['rules-gone', 'they are others', 'MW1426', 'they are others'],
    ['deadman', 'the timer is not active', 'MW1427', 'not active'],
    ['fired', '60', 'MW1403', '60 s'],
    ['captured', 'its connections still go through the proxy', 'MW1428', 'still go'],
    ['translated', '2', 'MW1432', '2 connection(s)'],
    ['unit', 'status=203/EXEC', 'MW1429', '203/EXEC'],
    ['failed', 'cannot write', 'MW1108', 'cannot write'],
    ['', '', 'MW1108', 'no message'],
    ['toString', 'x', 'MW1108', 'x'],
  ])('%s (%s) is %s', (reason, detail, code, text) => {
    expect(error(reason, detail)).toMatchObject({ code, causeText: expect.stringContaining(text) as string });
  });

  it('carries no control characters of the host', () => {
    expect(error('unit', 'a\u001B[31mb\u202Ec').causeText).not.toMatch(/[\u001B\u202E]/);
  });
});
