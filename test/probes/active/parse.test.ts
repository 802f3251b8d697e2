import { describe, expect, it } from 'vitest';
import { parseTries, untried } from '../../../src/probes/active/parse.ts';
import { inWords, nextRounds } from '../../../src/probes/active/rounds.ts';

const from = 'vm-a';
const to = (address: string, listens = false) => ({ from, address, port: 25, for: ['external/x'], listens });
const one = to('192.0.2.1');
const say = (tool: string, ...lines: string[]): string =>
  [`tool\t0\t${tool}`, 'resolver\t0\tgetent', ...lines.map((line) => `tried\t0\t${line}`), 'end\t0\t', ''].join('\n');
const outcomeOf = (output: string, target = one): string | undefined =>
  parseTries(output, [target], []).connections[0]?.outcome;

describe('what the script prints', () => {
  it.each([
    ['python3', ['open', 'ended 0'], 'open'],
    ['python3', ['ConnectionRefusedError [Errno 111] Connection refused', 'ended 0'], 'refused'],
    ['python3', ['timeout timed out', 'ended 0'], 'timeout'],
    ['python3', ['OSError [Errno 113] No route to host', 'ended 0'], 'unreachable'],
    ['perl', ['Connection refused', 'ended 111'], 'refused'],
    ['perl', ['Network is unreachable', 'ended 101'], 'unreachable'],
    ['perl', ['Bad hostname', 'ended 2'], 'unknown'],
    ['bash', ['192.0.2.1: connect: Connection refused', 'ended 1'], 'refused'],
    ['bash', ['ended 124'], 'timeout'],
    ['bash', ['ended 143'], 'timeout'],
    ['bash', ['open', 'ended 1'], 'open'],
    ['bash', ['x: line 1: /dev/tcp/192.0.2.1/25: No such file or directory', 'ended 1'], 'unknown'],
    ['nc', ['Connection to 192.0.2.1 25 port [tcp/smtp] succeeded!', 'nc 124', 'ended 0'], 'open'],
    ['nc', ['mail [192.0.2.1] 25 (smtp) open', 'nc 0', 'ended 0'], 'open'],
    ['nc', ['nc: connect to 192.0.2.1 port 25 (tcp) failed: Connection refused', 'nc 1', 'ended 0'], 'refused'],
    ['nc', ['nc: timed out', 'nc 1', 'ended 0'], 'timeout'],
    ['nc', ['nc 0', 'ended 0'], 'open'],
    ['nc', ['nc 1', 'ended 0'], 'unknown'],
    ['nc', ['ended 0'], 'unknown'],
    ['bash', [], 'unknown'],
  ])('by %s is told: %j is %s', (tool, lines, outcome) => expect(outcomeOf(say(tool, ...lines))).toBe(outcome));

  it('of a name is not the name’s own words', () => {
    const lines = ['refused.timeout.example: connect: No route to host', 'ended 1'];
    expect(outcomeOf(say('bash', ...lines), to('refused.timeout.example'))).toBe('unreachable');
    const unknown = ['nothing.example: line 1: nothing.example: Name or service not known', 'ended 1'];
    expect(outcomeOf(say('bash', ...unknown), to('nothing.example'))).toBe('no-name');
  });

  it('has a banner only where somebody listened', () => {
    const output = say('bash', 'open', 'hex 32 32 30 20 6d 20 45 53', 'hex 4d 54 50 0d 0a', 'ended 0');
    expect(parseTries(output, [to('192.0.2.1', true)], []).connections[0]?.banner).toEqual({
      ...{ bytes: 13, kind: 'SMTP', text: '220 m ESMTP' },
    });
    expect(parseTries(output, [one], []).connections[0]).not.toHaveProperty('banner');
    const bannerOf = (...lines: string[]): unknown =>
      parseTries(say('bash', 'open', ...lines), [to('192.0.2.1', true)], []).connections[0]?.banner;
    expect(bannerOf('hex ', 'ended 0')).toEqual({ bytes: 0 });
    // Stopped before the end: it has heard no silence.
    expect(bannerOf('ended 124')).toBeUndefined();
  });

  it('may be anything at all', () => {
    const hostile = [
      'tool\t0\tevil; rm',
      'tried\t0\topen',
      'tried\t99999\topen',
      'tried\topen',
      '\x1b[2J',
      'x'.repeat(99_999),
    ];
    const { connections, unable } = parseTries(hostile.join('\n'), [one], []);
    expect(connections).toEqual([
      expect.objectContaining({ outcome: 'unknown', reason: 'no program there can open a connection' }),
    ]);
    expect(unable).toBe('its answer is cut off');
    expect(outcomeOf(say('bash', ...Array.from({ length: 9000 }, () => 'hex 00'), 'open'))).toBe('unknown');
    expect(parseTries('', [one], [{ from, name: 'a.example' }]).lookups[0]).not.toHaveProperty('answers');
  });

  it('has answers that are addresses, of getent and of nslookup', () => {
    const name = { from, name: 'a.example' };
    const answersOf = (resolver: string, ...lines: string[]): string[] | undefined =>
      parseTries(
        [`resolver\t0\t${resolver}`, ...lines.map((line) => `name\t0\t${line}`), 'end\t0\t'].join('\n'),
        [],
        [name],
      ).lookups[0]?.answers;
    expect(answersOf('getent', '192.0.2.7', '192.0.2.6', '<script>', 'asked')).toEqual(['192.0.2.6', '192.0.2.7']);
    expect(answersOf('getent', 'asked')).toEqual([]);
    expect(answersOf('getent', '192.0.2.7')).toBeUndefined();
    const server = ['Server:\t\t10.96.0.10', 'Address:\t10.96.0.10:53', ''];
    expect(answersOf('nslookup', ...server, 'Name:\ta.example', 'Address: 192.0.2.6', 'asked')).toEqual(['192.0.2.6']);
    expect(answersOf('nslookup', ...server, 'Name:      a.example', 'Address 1: 192.0.2.6 a.example', 'asked')).toEqual(
      ['192.0.2.6'],
    );
    expect(answersOf('nslookup', ...server, "** server can't find a.example: NXDOMAIN", 'asked')).toEqual([]);
    expect(answersOf('nslookup', ';; connection timed out; no servers could be reached', 'asked')).toBeUndefined();
    expect(answersOf('none', 'asked')).toBeUndefined();
  });
});

describe('rounds', () => {
  it('hold so many tries each, and all of them', () => {
    const names = Array.from({ length: 5 }, (_, index) => ({ from, name: `n${index}.example` }));
    const rounds = nextRounds({ connections: Array.from({ length: 3 }, () => one), lookups: names }, 2);
    expect(rounds.map(({ connections, lookups }) => [connections.length, lookups.length])).toEqual([
      [2, 2],
      [1, 2],
      [0, 1],
    ]);
    expect(inWords({ connections: [one, to('::2', true)], lookups: names.slice(0, 2) })).toEqual({
      targets: '0,192.0.2.1,25,0 1,::2,25,1',
      names: '0,n0.example 1,n1.example',
    });
  });

  it('that could not be run leave every try not known', () => {
    expect(untried([to('192.0.2.1', true)], [{ from, name: 'a.example' }], 'it is down')).toEqual({
      connections: [
        { from, address: '192.0.2.1', port: 25, for: ['external/x'], outcome: 'unknown', reason: 'it is down' },
      ],
      lookups: [{ from, name: 'a.example', reason: 'it is down' }],
      unable: 'it is down',
    });
  });
});
