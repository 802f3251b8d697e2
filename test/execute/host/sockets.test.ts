import { describe, expect, it } from 'vitest';
import { HostFacts } from '../../../src/execute/operations/host/host-facts.ts';
import { countUnproxied, parseEndpoint } from '../../../src/execute/operations/host/sockets.ts';

const PEERS = [{ address: '10.0.0.9', port: 8081 }];
const app = (look: string, local: string, remote = '10.0.0.9:8081', pid = 7): string =>
  `${look} 0 0 ${local} ${remote} users:(("java",pid=${pid},fd=9))`;
const facts = (...lines: string[]): HostFacts => new HostFacts(['pid 7', 'pid 8', ...lines].join('\n'));
const both = (...locals: string[]): string[] => locals.flatMap((local) => [app('app', local), app('again', local)]);

describe('connections past the proxy', () => {
  it.each([
    ['[::ffff:10.0.0.1]:80', { address: '10.0.0.1', port: 80 }],
    ['[FD00::1]:80', { address: 'fd00::1', port: 80 }],
    ['[fe80::1%eth0]:80', { address: 'fe80::1', port: 80 }],
    ['*:80', null],
    ['10.0.0.1', null],
  ])('reads %s', (text, endpoint) => {
    expect(parseEndpoint(text)).toEqual(endpoint);
  });

  it('are those whose own end the proxy has not accepted', () => {
    expect(
      countUnproxied(
        facts(...both('10.0.0.1:4001', '[::ffff:10.0.0.1]:4002'), 'proxy 127.0.0.1:15001 10.0.0.1:4002'),
        PEERS,
      ),
    ).toBe(1);
  });

  it('are not those that the proxy has accepted under a port that the kernel gave them', () => {
    const proxy = 'proxy 127.0.0.1:15001 10.0.0.1:20371';
    const mapped = 'mapped 10.0.0.1:4001 10.0.0.1:20371';
    expect(countUnproxied(facts(...both('10.0.0.1:4001'), proxy), PEERS)).toBe(1);
    expect(countUnproxied(facts(...both('10.0.0.1:4001'), proxy, mapped), PEERS)).toBe(0);
    // What tracking still knows of a connection that the proxy has not.
    expect(countUnproxied(facts(...both('10.0.0.1:4001'), mapped, 'mapped x'), PEERS)).toBe(1);
  });

  it.each(['gunicorn: worke', 'a "b" (c', '",pid=99'])('are found when their process is called %s', (name) => {
    const lines = ['app', 'again'].map((look) => app(look, '10.0.0.1:4001').replace('java', name));
    expect(countUnproxied(facts(...lines), PEERS)).toBe(1);
  });

  it('are not those of other processes, to other peers, or seen only once', () => {
    const lines = [
      app('app', '10.0.0.1:4001', '10.0.0.9:8081', 99),
      app('again', '10.0.0.1:4001', '10.0.0.9:8081', 99),
      app('app', '10.0.0.1:4002', '10.0.0.8:8081'),
      app('again', '10.0.0.1:4002', '10.0.0.8:8081'),
    ];
    expect(countUnproxied(facts(...lines, app('app', '10.0.0.1:4003'), app('again', '10.0.0.1:4004')), PEERS)).toBe(0);
  });

  it('are none when the host says things of no sense', () => {
    expect(countUnproxied(facts('app', 'app x', 'proxy', 'again 0 0 : : users:(pid=7)', '\u001B[2J'), PEERS)).toBe(0);
  });
});
