import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DECLARES_AWK } from '../../../src/probes/host/declares-awk.ts';
import { parsePeer } from '../../../src/probes/host/units.ts';

/** Runs the program as the script does, over the items of a command line or an environment. */
function extract(...items: string[]): string[] {
  const output = execFileSync('awk', ['-v', 'label=1 command', DECLARES_AWK], {
    input: items.map((item) => `${item.replaceAll('\n', ' ')}\n`).join(''),
    encoding: 'utf8',
  });
  return output
    .split('\n')
    .filter(Boolean)
    .map((line) => line.replace(/^1 command /, ''));
}

test('the program fits between the single quotes of the script', () => {
  expect(DECLARES_AWK).not.toContain("'");
});

test.for<[string, string[], string[]]>([
  ['a URL argument', ['-call', 'http://pricing.shop.internal:8081/price'], ['http://pricing.shop.internal:8081']],
  ['a URL with a flag', ['--upstream=https://pay.example.com/v1'], ['https://pay.example.com']],
  ['an environment entry', ['PRICING_URL=http://pricing:8081'], ['http://pricing:8081']],
  ['a pair', ['DB_HOST=db.prod.internal:5432'], ['db.prod.internal:5432']],
  ['an address', ['--peer', '10.0.0.7:9000'], ['10.0.0.7:9000']],
  ['a list', ['BROKERS=k1.corp.net:9092,k2.corp.net:9092'], ['k1.corp.net:9092', 'k2.corp.net:9092']],
  ['an IPv6 address', ['http://[fd00::7]:8080/'], ['http://[fd00::7]:8080']],
  ['a JDBC URL', ['-d=jdbc:postgresql://db.corp.net:5432/shop'], ['postgresql://db.corp.net:5432']],
  ['a JDBC URL with a login', ['DB=jdbc:mysql://u:hunter2@db/shop'], ['mysql://db']],
  ['a file and a line', ['main.c', '/etc/app.conf:12', ':8080', '8080:80'], []],
])('finds in %s', ([, items, found]) => {
  expect(extract(...items)).toEqual(found);
});

describe('keeps secrets on the host', () => {
  test.for<[string, string[], string[]]>([
    ['a password in a URL', ['postgres://admin:hunter2@db.corp.net:5432/x'], ['postgres://db.corp.net:5432']],
    [
      'a password with every separator',
      ['postgres://admin:a.b:12,c.d:34=e@f.g:56@db.corp.net:5432'],
      ['postgres://db.corp.net:5432'],
    ],
    ['a pair with a password and no scheme', ['admin:hunter2@db.corp.net:5432'], ['db.corp.net:5432']],
    [
      'a secret variable',
      ['API_TOKEN=abc.def:1234', 'db_password=x.y:99', 'AWS_SECRET_ACCESS_KEY=a.b:1', 'SIGNING_SALT=http://x:1'],
      [],
    ],
    ['a secret flag and its value', ['--password', 'hunter.two:1234', '--url', 'http://ok:1'], ['http://ok:1']],
    ['a secret flag with its value', ['--auth-key=a.b:1'], []],
    ['a value without a dot', ['PIN=secret:1234'], []],
  ])('%s', ([, items, found]) => {
    expect(extract(...items)).toEqual(found);
  });

  test('nothing before the last @ of an item is ever printed', () => {
    const secret = fc
      .string({ unit: fc.constantFrom(...'abcXYZ019.:/=,;&?#%@ -_[]'), minLength: 1, maxLength: 30 })
      .map((text) => `S3CR3T${text}S3CR3T`);
    fc.assert(
      fc.property(secret, fc.constantFrom('', 'http://', 'URL=', 'X=amqp://u:'), (text, prefix) => {
        expect(extract(`${prefix}${text}@db.corp.net:5432`).join(' ')).not.toContain('S3CR3T');
      }),
      { numRuns: 60 },
    );
  });
});

test.for<[string, ReturnType<typeof parsePeer>]>([
  ['http://a.b', { host: 'a.b', port: 80 }],
  ['https://A.b', { host: 'a.b', port: 443 }],
  ['http://[fd00::7]:8080', { host: 'fd00::7', port: 8080 }],
  ['a.b:1', { host: 'a.b', port: 1 }],
  ['ftp://a.b', undefined],
  ['a.b:0', undefined],
  ['a.b:70000', undefined],
  ['http://u@a.b:1', undefined],
  ['-a.b:1', undefined],
])('reads %s', ([text, peer]) => {
  expect(parsePeer(text)).toEqual(peer);
});
