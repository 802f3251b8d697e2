import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONFIGURATION_AWK, PATHS_AWK } from '../../../src/probes/host/configuration-awk.ts';
import { DECLARES_AWK } from '../../../src/probes/host/declares-awk.ts';
import { HOST_SCRIPT } from '../../../src/probes/host/script.ts';
import { SOCKETS_AWK } from '../../../src/probes/host/sockets-script.ts';

let directory = '';
beforeAll(() => {
  directory = realpathSync(mkdtempSync(join(tmpdir(), 'declared-')));
});
afterAll(() => rmSync(directory, { recursive: true }));

/** What leaves the host of a configuration file, as `host:port` and URLs. */
function fromFile(text: string): string[] {
  const path = join(directory, 'app.conf');
  writeFileSync(path, text);
  const lines = execFileSync('awk', ['-v', 'mark=M ', CONFIGURATION_AWK], {
    input: `path app.service ${path}\nfile ${path}\n`,
    encoding: 'utf8',
  });
  return execFileSync('awk', ['-v', 'mark=M ', `${PATHS_AWK}\n${DECLARES_AWK}`], { input: lines, encoding: 'utf8' })
    .split('\n')
    .filter(Boolean)
    .map((line) => line.replace(/^app\.service configuration /, ''));
}

test('the programs fit between the single quotes of the script', () => {
  for (const program of [CONFIGURATION_AWK, PATHS_AWK, SOCKETS_AWK]) expect(program).not.toContain("'");
});

test('files that a command line names: configuration alone, and nothing that sounds like a secret', () => {
  const items = [
    '/opt/app/bin/app',
    '--config=/etc/app/app.yml',
    '-Dspring.config.location=file:/etc/app/spring.properties',
    '@/etc/app/arguments',
    '--password-file',
    '/etc/app/hidden-by-its-flag',
    '--tls=/etc/app/server.key',
    '/etc/app/secrets.yml',
    '/etc/../etc/shadow',
    '/proc/1/environ',
    '/usr/bin/java',
    'relative.conf',
  ];
  const out = execFileSync('awk', ['-v', 'mark=M ', `${PATHS_AWK}\n${DECLARES_AWK}`], {
    input: `M app.service command\n${items.join('\n')}\nM other.service environment\n/etc/other\n`,
    encoding: 'utf8',
  });
  expect(out.split('\n').filter(Boolean)).toEqual([
    'path app.service /opt/app/bin/app',
    'path app.service /etc/app/app.yml',
    'path app.service /etc/app/spring.properties',
    'path app.service /etc/app/arguments',
  ]);
});

test('of many processes each line is of the unit and the file that it stands in, ended or not', () => {
  const input = [
    'M pid a.service',
    'M first.service environment',
    'URL=http://item.corp.net:1',
    'M pid b.service',
    'M files',
    'http://a.corp.net:1',
    '--tokenM next=',
    'URL=http://a.corp.net:2',
    // Nothing of what stands behind a word for a secret, and the next file begins anew.
    'M next=',
    'http://b.corp.net:1M next=',
    'PASSWORD=http://leaked.one:1',
    'M next=',
  ];
  const out = execFileSync('awk', ['-v', 'mark=M ', `${PATHS_AWK}\n${DECLARES_AWK}`], {
    input: `${input.join('\n')}\n`,
    encoding: 'utf8',
  });
  expect(out.split('\n').filter(Boolean)).toEqual([
    'first.service environment http://item.corp.net:1',
    'a.service command http://a.corp.net:1',
    'a.service environment http://a.corp.net:2',
    'b.service command http://b.corp.net:1',
  ]);
});

test.for<[string, string, string[]]>([
  ['properties', 'db.url = jdbc:postgresql://db/shop\nname=x', ['postgresql://db']],
  ['YAML', 'peers:\n  - 10.0.0.7:9000\n  - k.corp.net:9092\n', ['10.0.0.7:9000', 'k.corp.net:9092']],
  ['JSON', '{\n  "url": "https://pay.corp.net/v1",\n}', ['https://pay.corp.net']],
  ['nginx', 'location / {\n  proxy_pass http://web.corp.net:8088;\n}', ['http://web.corp.net:8088']],
  ['TOML', '[x]\nupstream = "http://a.corp.net:1"\r\n', ['http://a.corp.net:1']],
  ['a file that ends within a line', 'u=http://a.corp.net:1', ['http://a.corp.net:1']],
])('finds in %s', ([, text, found]) => {
  expect(fromFile(text)).toEqual(found);
});

describe('keeps secrets of files on the host', () => {
  test.for<[string, string]>([
    ['a list below its key that is not indented', 'credentials:\n- leaked.one:1\n- leaked.two:2\nother: 1'],
    ['on one line', 'password = leaked.one:1\nAPI_TOKEN: "leaked.one:1"\n<secret>leaked.one:1</secret>'],
    ['a comment', '# leaked.one:1\n; leaked.one:1\n// leaked.one:1'],
    ['on the next line', 'password:\n  leaked.one:1\nsecret = \\\nleaked.one:1\n"token":\n"leaked.one:1"'],
    ['in a block', 'auth:\n  user: leaked.one:1\n  list:\n    - leaked.two:2\n'],
    ['folded', 'x:\n  credential: >-\n    leaked.one:1\n    leaked.two:2\n'],
    ['in an element', '<password>\nleaked.one:1\n</password>'],
    ['in one line of JSON', '{"url":"http://leaked.one:1","pwd":"leaked.two:2"}'],
    ['between BEGIN and END', '-----BEGIN X-----\nleaked.one:1\n-----END X-----\n'],
    ['before its name', 'leaked.one:1 # the private part'],
    ['a login in a URL', 'url=http://leaked.one:1@db.corp.net:5432/'],
    ['in a very long line', `${'x'.repeat(5000)} leaked.one:1`],
  ])('%s', ([, text]) => {
    expect(fromFile(text).join(' ')).not.toContain('leaked');
  });

  test('and finds what stands after them', () => {
    expect(
      fromFile('a:\n  token: >\n    leaked.one:1\n  url: http://ok.corp.net:1\nb: http://ok.corp.net:2\n'),
    ).toEqual(['http://ok.corp.net:1', 'http://ok.corp.net:2']);
  });

  test('whatever surrounds a name that means one', () => {
    const name = fc.constantFrom('password', 'db.passwd', 'SECRET_KEY', 'apiToken', 'aws_credentials', 'auth', 'salt');
    const sign = fc.constantFrom('=', ': ', ' = "', ':\n  ', ' =\n', '":"', '>', ' ');
    const noise = fc.string({ unit: fc.constantFrom(...'ab.:/=,;#" -\n'), maxLength: 12 });
    fc.assert(
      fc.property(noise, name, sign, (before, secret, between) => {
        expect(fromFile(`${before}\n${secret}${between}leaked.one:1001\n`).join(' ')).not.toContain('leaked');
      }),
      { numRuns: 60 },
    );
  });
});

describe('the script with a systemd of our own', () => {
  /** Answers as systemctl does; the arguments of a unit may hold line breaks. */
  const shown = (config: string, pid: number): string => `Id=app.service
LoadState=loaded
MainPID=${pid}
ActiveState=inactive
UnitFileState=static
Restart=no
After=sysinit.target network-online.target secret-name.service
TriggeredBy=app.timer
ExecStart={ path=/bin/x ; argv[]=/bin/x -c first

 second http://catalog.corp.net:80 --token leaked.one:1 leaked.two:2 --conf http://audit.corp.net:81 ; ignore_errors=no ; pid=0 }
ExecStart={ path=/bin/y ; argv[]=/bin/y http://other.corp.net:82 ; ignore_errors=no ; pid=0 }
Environment=URL=http://env.corp.net:83 "DB_PASSWORD=a leaked.three:3" "NOTE=to note.corp.net:84" "ODD=x\\" leaked" API_KEY=leaked.five:5
EnvironmentFiles=${config} (ignore_errors=yes)
EnvironmentFiles=/etc/shadow (ignore_errors=yes)
EnvironmentFiles=${config}.endless (ignore_errors=yes)

Unit=app.service
LastTriggerUSec=Mon 2026-11-23 12:16:10 UTC
NextElapseUSecRealtime=
NextElapseUSecMonotonic=1h
Id=app.timer
LoadState=loaded
ActiveState=active
UnitFileState=enabled
Environment=leaked.six:6
`;

  function run(pid = 0): string[] {
    const bin = join(directory, 'bin');
    mkdirSync(bin, { recursive: true });
    writeFileSync(join(directory, 'env'), 'FILE_URL=http://file.corp.net:85\nFILE_TOKEN=leaked.four:4\n');
    rmSync(join(directory, 'env.endless'), { force: true });
    symlinkSync('/dev/zero', join(directory, 'env.endless'));
    writeFileSync(join(directory, 'answer'), shown(join(directory, 'env'), pid));
    const systemctl = join(bin, 'systemctl');
    writeFileSync(
      systemctl,
      `#!/bin/sh\necho "$*" >> '${join(directory, 'asked')}'\n[ "$1" = show ] && cat '${join(directory, 'answer')}'\n`,
    );
    chmodSync(systemctl, 0o755);
    const path = `${bin}:${process.env['PATH'] ?? ''}`;
    return execFileSync('/bin/sh', ['-s'], {
      input: `names=\nunits=\n${HOST_SCRIPT}`,
      env: { PATH: path },
      encoding: 'utf8',
      maxBuffer: 32_000_000,
    }).split('\n');
  }

  test('tells of a unit that a timer starts: its calls, its place, and no secret', () => {
    const lines = run();
    expect(lines.filter((line) => line.startsWith('declares\t'))).toEqual([
      'declares\tapp.service command http://audit.corp.net:81',
      'declares\tapp.service command http://catalog.corp.net:80',
      'declares\tapp.service command http://other.corp.net:82',
      'declares\tapp.service configuration http://file.corp.net:85',
      'declares\tapp.service environment http://env.corp.net:83',
      'declares\tapp.service environment note.corp.net:84',
    ]);
    // A unit may be called as an option is, such as -Hx.service: -H is a host to log in to.
    expect(readFileSync(join(directory, 'asked'), 'utf8')).toMatch(/^show -p \S+ -- app\.service$/m);
    expect(lines).toContain('unit\tAfter=network-online.target');
    expect(lines).toContain('timer\tNextElapseUSecMonotonic=1h');
    expect(lines.join('\n')).not.toMatch(/leaked|secret-name|ExecStart|Environment/);
  });

  test('tells of one that runs: its own command line and environment', async () => {
    const child = spawn('sleep', ['60'], {
      argv0: 'http://argument.corp.net:87',
      env: { LIVE_URL: 'http://live.corp.net:86', API_TOKEN: 'http://leaked.seven:7' },
    });
    await new Promise((resolve) => child.once('spawn', resolve));
    const lines = run(child.pid);
    child.kill();
    expect(lines.filter((line) => line.startsWith('declares\t') && /live|argument/.test(line))).toEqual([
      'declares\tapp.service command http://argument.corp.net:87',
      'declares\tapp.service environment http://live.corp.net:86',
    ]);
    expect(lines.join('\n')).not.toContain('leaked');
  });

  test('tells the same of one that has ended since systemd said that it ran', () => {
    const { pid } = spawnSync('/bin/true');
    const declared = (lines: string[]): string[] => lines.filter((line) => line.startsWith('declares\t'));
    expect(declared(run(pid))).toEqual(declared(run()));
  });
});
