import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CONTAINERS_AWK, DECLARES_OF_CONTAINERS_AWK } from '../../../src/probes/host/docker-awk.ts';

/** What leaves the host of some documents, as the script's two programs make it. */
function read(...documents: (object | Buffer)[]): string[] {
  const input = Buffer.concat(
    documents.flatMap((one) => [Buffer.isBuffer(one) ? one : Buffer.from(JSON.stringify(one)), Buffer.from('\u001E')]),
  );
  const environment = { ...process.env, LC_ALL: 'C' };
  const items = execFileSync('awk', ['-v', 'engine=docker', '-v', 'first=1', CONTAINERS_AWK], {
    input,
    env: environment,
  });
  return execFileSync('awk', [DECLARES_OF_CONTAINERS_AWK], { input: items, env: environment, encoding: 'latin1' })
    .split('\n')
    .filter(Boolean);
}

const container = (change: object = {}): object => ({ Id: 'a'.repeat(64), Name: '/web', ...change });
const env = (...entries: string[]): object => container({ Config: { Env: entries } });
const known = [`docker 1 id ${'a'.repeat(64)}`, 'docker 1 name /web'];

describe('of an environment', () => {
  test.for<[string, string[], string[]]>([
    ['a URL', ['URL=http://b.example:81/x?y=1&z=2'], ['http://b.example:81']],
    ['a URL with a password', ['URL=http://u:p@ss@b.example:81'], ['http://b.example:81']],
    ['a password', ['DB_PASSWORD=b.example:81'], []],
    ['a password with a quote in its name', ['"password"=b.example:81'], []],
    ['a name of a container', ['CACHE=web:6379', 'OTHER=db:6379'], ['web:6379']],
    ['a name of a container without a port', ['CACHE=web'], []],
    [
      'quotes and backslashes',
      ['A="\\"\\\\', 'B=http://b.example:81\\', 'C=http://c.example:82'],
      ['http://b.example:81', 'http://c.example:82'],
    ],
    [
      'line ends',
      ['A=x\nhttp://b.example:81\r\n\thttp://c.example:82'],
      ['http://b.example:81', 'http://c.example:82'],
    ],
    [
      'what is too long',
      [`A=${'x'.repeat(5_000)} http://b.example:81`, 'B=http://c.example:82'],
      ['http://c.example:82'],
    ],
  ])('%s', ([, entries, expected]) => {
    expect(read(env(...entries))).toEqual([...known, ...expected.map((one) => `docker 1 declares environment ${one}`)]);
  });

  test('a flag that is called a secret takes its value with it, and not that of the next container', () => {
    const one = container({ Path: '/run', Args: ['--token', 'b.example:81', '--peer', 'c.example:82', '--password'] });
    const two = container({ Path: 'd.example:83', Args: [] });
    expect(read(one, two).filter((line) => line.includes('declares'))).toEqual([
      'docker 1 declares command c.example:82',
      'docker 2 declares command d.example:83',
    ]);
  });
});

test('whatever stands in an environment, its secrets stay, and the other fields are as they were', () => {
  const text = fc.string({ unit: fc.constantFrom(...'ab1.:/"\\{}[],@ =\n\t\u001B\u001E\u001Fé&'), maxLength: 40 });
  fc.assert(
    fc.property(fc.array(text, { maxLength: 6 }), text, (others, secret) => {
      const marked = `hunter2${secret}hunter2.example:81`;
      const lines = read(
        container({
          State: { Pid: 7 },
          Config: {
            Env: [...others.map((one) => `A=${one}`), `API_TOKEN=${marked}`, `U=http://u:${marked}@b.example:81`],
            Labels: { [secret]: marked },
          },
          NetworkSettings: { Networks: { back: { IPAddress: '192.0.2.7', Aliases: ['w'] } } },
        }),
      );
      expect(lines.join('\n')).not.toContain('hunter2');
      expect(lines.filter((line) => !line.includes('declares'))).toEqual([
        ...known,
        'docker 1 pid 7',
        'docker 1 address 192.0.2.7 back',
        'docker 1 alias w',
      ]);
    }),
    { numRuns: 150 },
  );
});

describe('of answers that are no JSON', () => {
  const whole = JSON.stringify(env('API_TOKEN=hunter2.example:81', 'P=x hunter2', 'B=http://b.example:81'));

  test('wherever one is cut off, the next is read as if it had not been', () => {
    for (let length = 1; length < whole.length; length += 3) {
      const lines = read(
        Buffer.from(whole.slice(0, length)),
        env('B=http://c.example:82', 'API_TOKEN=hunter3.example:1'),
      );
      expect(lines.join('\n')).not.toContain('hunter');
      expect(lines).toContain('docker 2 declares environment http://c.example:82');
      expect(lines.at(-1)).toBe('docker 0 cut yes');
    }
  }, 60_000);

  test('bytes that are no UTF-8 are nobody’s harm', () => {
    const bytes = Buffer.concat([
      Buffer.from('{"Id":"'),
      Buffer.from([0xff, 0xfe, 0x80]),
      Buffer.from('","Name":"/x"}'),
    ]);
    expect(read(bytes)).toEqual(['docker 1 id ???', 'docker 1 name /x']);
  });

  test('a label cannot pose as another field', () => {
    const lines = read(
      container({
        Config: { Labels: { 'x\u001FState\u001FPid': '9', 'com.docker.compose.service': 'a\ndocker 1 pid 9' } },
      }),
    );
    expect(lines).toEqual([...known, 'docker 1 service a docker 1 pid 9']);
  });
});
