import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Try } from '../../../src/inventory/tries.ts';
import { type Outcomes, parseTries } from '../../../src/probes/active/parse.ts';
import { inWords } from '../../../src/probes/active/rounds.ts';
import { POD_SCRIPT, TRY_SCRIPT } from '../../../src/probes/active/script.ts';
import { unwrapOutput, wrapScript } from '../../../src/ports/ssh-quote.ts';
import { drip, freePort, greeting, listen, type Listener, silent } from './listeners.ts';

const directory = mkdtempSync(join(tmpdir(), 'meshway-active-'));
const listeners: Listener[] = [];
const target = (address: string, port: number, listens = true): Try => ({
  from: 'here',
  address,
  port,
  for: ['external/x'],
  listens,
});
const names = ['localhost', 'nothing.invalid'].map((name) => ({ from: 'here', name }));

interface Variant {
  tool: 'python3' | 'perl' | 'bash' | 'nc';
  interpreter: readonly string[];
  /** Directories that come first when programs are looked for. */
  path?: string;
}

/** Runs a program with text on its standard input; listeners of this process go on meanwhile. */
async function feed([program = '', ...argv]: readonly string[], input: string, path = ''): Promise<string> {
  const env = { ...process.env, PATH: `${path === '' ? '' : `${path}:`}${process.env['PATH'] ?? ''}` };
  const child = spawn(program, argv, { env, stdio: ['pipe', 'pipe', 'ignore'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
  child.stdin.end(input);
  await new Promise((resolve) => child.once('close', resolve));
  return output;
}

/** Tries from this machine, by one program, as over SSH. */
async function tryHere({ tool, interpreter, path }: Variant, targets: readonly Try[]): Promise<Outcomes> {
  const forced = TRY_SCRIPT.replace('\nresolver=none\n', `\ntool=${tool}\nresolver=none\n`);
  expect(forced).not.toBe(TRY_SCRIPT);
  const input = wrapScript(forced, inWords({ connections: targets, lookups: names }));
  const output = unwrapOutput(await feed([...interpreter, '-s'], input, path));
  return parseTries(output.state === 'ended' ? output.stdout : '', targets, names);
}

function which(program: string): string | undefined {
  try {
    return execFileSync('/bin/sh', ['-c', 'command -v "$0"', program], { encoding: 'utf8' }).trim();
  } catch {
    return undefined;
  }
}

/** A directory in which `nc` is that program. */
function asNc(program: string, name: string): string | undefined {
  const found = which(program);
  if (found === undefined) return undefined;
  const place = mkdtempSync(join(directory, `${name}-`));
  symlinkSync(found, join(place, 'nc'));
  return place;
}

/** A machine whose programs are BusyBox’s. */
function busyboxAlone(): string | undefined {
  const found = which('busybox');
  if (found === undefined) return undefined;
  const place = mkdtempSync(join(directory, 'busybox-'));
  execFileSync(found, ['--install', '-s', place]);
  return place;
}

const busybox = busyboxAlone();
const variants: [name: string, variant: Variant, missing: boolean][] = [
  ['python3 under sh', { tool: 'python3', interpreter: ['/bin/sh'] }, which('python3') === undefined],
  ['perl under sh', { tool: 'perl', interpreter: ['/bin/sh'] }, which('perl') === undefined],
  ['bash under sh', { tool: 'bash', interpreter: ['/bin/sh'] }, false],
  ['bash under bash', { tool: 'bash', interpreter: ['/bin/bash'] }, false],
  ...['nc.openbsd', 'nc.traditional'].map((program): [string, Variant, boolean] => {
    const path = asNc(program, program);
    return [`${program} under sh`, { tool: 'nc', interpreter: ['/bin/sh'], path: path ?? '' }, path === undefined];
  }),
  [
    'BusyBox alone',
    { tool: 'nc', interpreter: [join(busybox ?? '', 'sh')], path: busybox ?? '' },
    busybox === undefined,
  ],
];

afterAll(() => {
  for (const one of listeners) one.close();
  rmSync(directory, { recursive: true });
});

describe('tries from a host, for real', () => {
  describe.each(variants)('%s', (_, variant, missing) => {
    it.skipIf(missing)(
      'tells open, refused and unknown names, and what servers say to silence',
      async () => {
        const own = await Promise.all([
          listen(greeting('220 mail.example.com ESMTP \x1b[2J\r\n')),
          listen(drip('SSH-2.0-OpenSSH_9.2\r\n', 60)),
          listen(silent),
          listen((socket) => socket.end()),
          listen(silent),
        ]);
        listeners.push(...own);
        const [mail, slow, mute, closing, unheard] = own.map(({ port }) => target('127.0.0.1', port));
        const targets = [
          ...[mail, slow, mute, closing].flatMap((one) => one ?? []),
          target('127.0.0.1', unheard?.port ?? 0, false),
          target('127.0.0.1', await freePort()),
          target('nothing.invalid', 80),
        ];
        const { connections, lookups, unable } = await tryHere(variant, targets);
        expect(unable).toBeUndefined();
        expect(connections.map(({ outcome, banner, tool }) => [tool, outcome, banner])).toEqual(
          [
            ['open', { bytes: 33, kind: 'SMTP', text: '220 mail.example.com ESMTP' }],
            ['open', { bytes: 21, kind: 'SSH', text: 'SSH-2.0-OpenSSH_9.2' }],
            ['open', { bytes: 0 }],
            ['open', { bytes: 0 }],
            ['open', undefined],
            ['refused', undefined],
            ['no-name', undefined],
          ].map((rest) => [variant.tool, ...rest]),
        );
        expect(own.map(({ connections: count, received }) => [count, received])).toEqual(own.map(() => [1, 0]));
        expect(lookups[0]?.answers?.some((one) => one === '127.0.0.1' || one === '::1')).toBe(true);
        expect(lookups[1]?.answers ?? []).toEqual([]);
      },
      60_000,
    );
  });
});

describe('the script', () => {
  it.skipIf(which('python3') === undefined)('loads no module from where it starts', () => {
    const start = mkdtempSync(join(directory, 'start-'));
    writeFileSync(join(start, 'socket.py'), 'open("loaded", "w")\n');
    const input = `targets=\nnames=\n${TRY_SCRIPT}`;
    const said = execFileSync('/bin/sh', ['-s'], { input, cwd: start, encoding: 'utf8' });
    expect([said.includes('tool\t0\tpython3'), existsSync(join(start, 'loaded'))]).toEqual([true, false]);
  });

  it('is plain POSIX shell', () => {
    for (const script of [TRY_SCRIPT, POD_SCRIPT])
      for (const shell of [['/bin/sh'], ['/bin/bash', '--posix']])
        execFileSync(shell[0] ?? '', [...shell.slice(1), '-n'], { input: wrapScript(script, {}) });
  });

  it('fits, with a full round of targets, into the address of a request', () => {
    const connections = Array.from({ length: 16 }, () => target('a'.repeat(60), 65_535));
    const { targets, names: asked } = inWords({ connections, lookups: names });
    const query = new URLSearchParams();
    for (const word of ['sh', '-c', POD_SCRIPT, 'sh', targets, asked]) query.append('command', word);
    // What proxies before an API server take at the least.
    expect(query.toString().length).toBeLessThan(8000);
  });

  it('says when there is no program to try by', async () => {
    const none = TRY_SCRIPT.replace(
      'has() {',
      'has() { case $1 in python3|perl|bash|nc|getent|nslookup) return 1 ;; esac;',
    );
    const targets = [target('127.0.0.1', 1)];
    const output = unwrapOutput(
      await feed(['/bin/sh', '-s'], wrapScript(none, inWords({ connections: targets, lookups: names }))),
    );
    const { connections, lookups, unable } = parseTries(output.state === 'ended' ? output.stdout : '', targets, names);
    expect(connections[0]).toMatchObject({ outcome: 'unknown', reason: 'no program there can open a connection' });
    expect(lookups.map(({ reason }) => reason)).toEqual(names.map(() => 'no program there can look a name up'));
    expect(unable).toBe('it has none of python3, perl, bash and nc; it has none of getent, python3 and nslookup');
  });
});

/** A network of our own in which one address takes packets and never answers, and another has no way. */
const inNamespace = [
  'unshare',
  '--net',
  '/bin/sh',
  '-c',
  [
    'ip link set lo up; ip link add hole type veth peer name end; ip link set hole up; ip link set end up',
    'ip address add 192.0.2.1/24 dev hole',
    'ip neighbour add 192.0.2.9 lladdr 02:00:00:00:00:09 dev hole nud permanent',
    'exec /bin/sh -s',
  ].join('; '),
];
const mayUnshare = process.getuid?.() === 0 && which('ip') !== undefined && which('unshare') !== undefined;

describe.skipIf(!mayUnshare)('tries into nothing', () => {
  it.concurrent.each(variants.filter(([, , missing]) => !missing))(
    '%s',
    async (_, { tool, interpreter, path }) => {
      const targets = [target('192.0.2.9', 80), target('203.0.113.9', 80)];
      const command = inNamespace.map((word) => word.replace('exec /bin/sh', `exec ${interpreter[0] ?? ''}`));
      const forced = TRY_SCRIPT.replace('\nresolver=none\n', `\ntool=${tool}\nresolver=none\n`);
      const input = wrapScript(forced, inWords({ connections: targets, lookups: [] }));
      const startMs = Date.now();
      const output = unwrapOutput(await feed(command, input, path));
      const { connections } = parseTries(output.state === 'ended' ? output.stdout : '', targets, []);
      expect(connections.map(({ outcome }) => outcome)).toEqual(['timeout', 'unreachable']);
      expect(Date.now() - startMs).toBeLessThan(28_000);
    },
    30_000,
  );
});
