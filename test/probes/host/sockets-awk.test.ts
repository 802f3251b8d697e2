import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { SOCKETS_AWK } from '../../../src/probes/host/sockets-script.ts';

describe('sockets', () => {
  const list = (source: 'ss' | 'proc', ...lines: string[]): string[] =>
    execFileSync('awk', ['-v', `source=${source}`, SOCKETS_AWK], { input: `${lines.join('\n')}\n`, encoding: 'utf8' })
      .split('\n')
      .filter(Boolean);

  test('in TIME_WAIT are kept four a pair of addresses and port of a service', () => {
    const ended = (local: string, peer: string): string => `tcp TIME-WAIT 0 0 ${local} ${peer}`;
    const many = Array.from({ length: 50 }, (_, index) => ended(`10.0.0.1:${40_000 + index}`, '10.0.0.2:8081'));
    const more = Array.from({ length: 50 }, (_, index) => ended('10.0.0.1:8080', `10.0.0.3:${40_000 + index}`));
    const out = list(
      'ss',
      ...many,
      ...more,
      'tcp LISTEN 0 1 0.0.0.0:8080 0.0.0.0:*',
      'tcp SYN-SENT 0 1 10.0.0.1:1 10.0.0.9:2',
    );
    expect(out.filter((line) => line.includes('10.0.0.2:8081'))).toHaveLength(4);
    expect(out.filter((line) => line.includes('10.0.0.3:'))).toHaveLength(4);
    expect(out.filter((line) => line.includes('10.0.0.9'))).toEqual([]);
  });

  test('name this process, its user and its group without starting a program for it', () => {
    const out = list('ss', `tcp LISTEN 0 1 *:1 *:* users:(("x",pid=${process.pid},fd=1),("x",pid=999999999,fd=1))`);
    const kinds = out.filter((line) => line.startsWith(`process\t${process.pid} `)).map((line) => line.split(' ')[1]);
    expect(kinds).toEqual(expect.arrayContaining(['comm', 'user']));
    expect(out.filter((line) => line.startsWith('process\t999999999 '))).toEqual([]);
  });

  test('of /proc/net come with UDP, and with holders of what is kept alone', () => {
    const row = (table: string, local: string, peer: string, state: string, inode: number): string =>
      `${table}   0: ${local} ${peer} ${state} 00000000:00000000 00:00000000 00000000     0        0 ${inode} 1 0`;
    const out = list(
      'proc',
      row('tcp', '0100007F:1F90', '00000000:0000', '0A', 55),
      row('udp', '0100007F:00A1', '00000000:0000', '07', 56),
      row('tcp', '0100007F:A000', '0200007F:1F91', '02', 57),
      `/proc/${process.pid}/fd:`,
      'lrwx------ 1 root root 64 Nov 23 12:00 3 -> socket:[55]',
      'lrwx------ 1 root root 64 Nov 23 12:00 4 -> socket:[99]',
    );
    expect(out.filter((line) => line.startsWith('proc') && !line.startsWith('process'))).toEqual([
      'procnet\ttcp 0100007F:1F90 00000000:0000 0A 55',
      'procnet\tudp 0100007F:00A1 00000000:0000 07 56',
      `procfd\t${process.pid} socket:[55]`,
    ]);
  });
});
