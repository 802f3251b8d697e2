import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SSHD_PORTS_AWK } from '../../../src/probes/host/sshd-ports-script.ts';

let etc = '';
beforeEach(() => {
  etc = mkdtempSync(join(tmpdir(), 'sshd-ports-'));
  mkdirSync(join(etc, 'sshd_config.d'));
  mkdirSync(join(etc, 'bin'));
  // What sshd itself says, when it is asked.
  writeFileSync(join(etc, 'bin', 'sshd'), '#!/bin/sh\n[ "$1" = -T ] && echo "port 9022" && echo "gatewayports no"\n', {
    mode: 0o755,
  });
});
afterEach(() => rmSync(etc, { recursive: true }));

/** The ports of a configuration, with files beside it; `ask`: of a sshd whose configuration is elsewhere. */
function portsOf(text: string | undefined, beside: Record<string, string> = {}, sshd: 'files' | 'ask' = 'files') {
  if (text !== undefined) writeFileSync(join(etc, 'sshd_config'), text);
  for (const [name, content] of Object.entries(beside)) writeFileSync(join(etc, name), content);
  const dropins = Object.keys(beside)
    .filter((name) => name.endsWith('.conf'))
    .map((name) => `${join(etc, name)}\n`)
    .join('');
  const out = 'function out(section, text) { print section "\\t" text }\n';
  return execFileSync('awk', ['-v', `sshd=${sshd}`, (out + SSHD_PORTS_AWK).replaceAll('/etc/ssh', etc)], {
    env: { ...process.env, PATH: `${join(etc, 'bin')}:${process.env['PATH'] ?? ''}`, dropins },
    encoding: 'utf8',
  })
    .split('\n')
    .filter(Boolean)
    .toSorted();
}

const ASKED = ['sshd\tport 9022'];

test.for<[string, string, string[]]>([
  ['none', '# Port 23\nListenAddress 10.0.0.1:2200\n', ['22']],
  ['one', 'Port 2222\n', ['2222']],
  ['several, however they are written', '\tport=2222\nPORT 2223 \r\n  Port = 2224', ['2222', '2223', '2224']],
  ['one before a condition', 'Port 2222\nMatch User x\n  PermitTTY no\n', ['2222']],
  ['words that only begin alike', 'PortForwarding 7\nIncludes /x\nPort 2222\n', ['2222']],
])('reads %s', ([, text, ports]) => {
  expect(portsOf(text)).toEqual(ports.map((port) => `sshd\tport ${port}`));
});

test('reads what is included: the directory that systems have, and files by their paths', () => {
  const beside = { 'sshd_config.d/50.conf': `Include ${etc}/more\n`, more: 'Port 2223\n', 'sshd_config.d/60.conf': '' };
  expect(portsOf(`Include ${etc}/sshd_config.d/*.conf\nPort 2222\n`, beside)).toEqual([
    'sshd\tport 2222',
    'sshd\tport 2223',
  ]);
  expect(portsOf('Port 2222\n', beside)).toEqual(['sshd\tport 2222']);
});

test.for<[string, string | undefined]>([
  ['there is no file where systems have it', undefined],
  ['a condition comes first', 'Match Address 10.0.0.0/8\nPort 2222\n'],
  ['another pattern is included', 'Include /opt/*/sshd.conf\nPort 2222\n'],
  ['a port has a name', 'Port ssh\n'],
  ['a comment stands behind', 'Port 2222 # the other\n'],
  ['a value is quoted', 'Port "2222"\n'],
])('asks sshd where %s', ([, text]) => {
  expect(portsOf(text)).toEqual(ASKED);
});

test('asks sshd where files include each other, and one whose configuration is elsewhere', () => {
  expect(portsOf(`Include ${etc}/more\n`, { more: `Include ${etc}/more\n` })).toEqual(ASKED);
  expect(portsOf('Port 2222\n', {}, 'ask')).toEqual(ASKED);
});
