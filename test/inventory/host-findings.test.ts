import { expect, test } from 'vitest';
import { unownedFindings, unseenFindings } from '../../src/inventory/host-findings.ts';
import { host } from './observed.ts';

test('what a host did not show is one finding, by reason', () => {
  const unseen = [
    { what: 'socket-owners', why: 'no-root' },
    { what: 'names', why: 'no-tool' },
    { what: 'environment', why: 'no-root' },
    { what: 'processes', why: 'hidden-proc' },
  ] as const;
  expect(unseenFindings(host('vm-a', { unseen: [...unseen] }))).toEqual([
    {
      code: 'MW1130',
      level: 'warning',
      subject: 'vm-a',
      message:
        'Of host vm-a discovery did not see whose the sockets of others are, settings of processes of others (the login has no root); what names resolve to there (the host lacks the program for it); processes of others (/proc is mounted with hidepid): what is not in the inventory may be there all the same.',
    },
  ]);
  const minor = [{ what: 'firewall-rules', why: 'no-tool' }] as const;
  expect(unseenFindings(host('vm-a', { unseen: [...minor] }))[0]?.level).toBe('info');
  expect(unseenFindings(host('vm-a', { unseen: [] }))).toEqual([]);
  expect(unseenFindings(host('vm-a'))).toEqual([]);
});

test('processes without a unit are told apart by whether they listen beyond their host', () => {
  const listeners = [
    { protocol: 'tcp', address: '0.0.0.0', port: 9000, pid: 7 },
    { protocol: 'tcp', address: '127.0.0.1', port: 9001, pid: 8 },
  ] as const;
  const unowned = [
    { pid: 7, process: 'python3', user: 'ops' },
    { pid: 8, process: 'java', user: 'ops', session: 'session-3.scope' },
    { pid: 9, process: 'java', user: 'ops', session: 'session-3.scope' },
  ];
  const found = unownedFindings(host('vm-a', { listeners: [...listeners], unowned }));
  expect(found.map(({ code, level, message }) => [code, level, message.split(' and belongs')[0]])).toEqual([
    ['MW1131', 'warning', 'On host vm-a, python3 of ops listens'],
    ['MW1131', 'info', 'On host vm-a, java of ops (2) has connections'],
  ]);
  const many = Array.from({ length: 30 }, (_, index) => ({ pid: index + 1, process: `p${index}` }));
  expect(unownedFindings(host('vm-a', { unowned: many }))[0]?.message).toContain('p7 and 22 more');
  expect(unownedFindings(host('vm-a'))).toEqual([]);
});
