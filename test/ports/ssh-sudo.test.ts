import { existsSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { SshTarget } from '../../src/ports/contracts.ts';
import { OpenSsh } from '../../src/ports/ssh.ts';

/** Stands for the client and the host behind it: runs the remote command here, with another PATH. */
const SSH = `#!/bin/sh
for word; do
  case "$word" in -N|-O) exit 0 ;; esac
  last=$word
done
PATH=$REMOTE_PATH exec /bin/sh -c "$last"
`;
const SUDO = '#!/bin/sh\n[ "$1" = -n ] && shift\necho "as root" >&2\nexec "$@"\n';

const target: SshTarget = { name: 'vm', address: '127.0.0.1', port: 22, user: 'deploy' };
const options = { timeoutMs: 5_000, root: true };
const path = process.env['PATH'];
let directory: string;
let ssh: OpenSsh;

function install(name: string, text: string): void {
  writeFileSync(join(directory, name), text, { mode: 0o755 });
}

beforeEach(() => {
  ssh = new OpenSsh();
  directory = mkdtempSync(join(tmpdir(), 'meshway-bin-'));
  install('ssh', SSH);
  symlinkSync('/bin/sh', join(directory, 'sh'));
  process.env['PATH'] = `${directory}:${path ?? ''}`;
  process.env['REMOTE_PATH'] = directory;
});
afterEach(async () => {
  await ssh.close();
  process.env['PATH'] = path;
  delete process.env['REMOTE_PATH'];
  rmSync(directory, { recursive: true, force: true });
});

test('runs as root through sudo -n', async () => {
  install('sudo', SUDO);
  expect(await ssh.script(target, 'echo done', {}, options)).toEqual({
    exitCode: 0,
    stdout: 'done\n',
    stderr: 'as root\n',
  });
});

test('does not use sudo when the login is root', async () => {
  install('sudo', SUDO);
  expect((await ssh.script({ ...target, user: 'root' }, 'echo done', {}, options)).stderr).toBe('');
});

test.for([
  ['is missing', undefined],
  ['wants a password', 'echo "sudo: a password is required" >&2; exit 1'],
  ['wants a terminal', 'echo "sudo: sorry, you must have a tty to run sudo" >&2; exit 1'],
  ['does not allow it', 'echo "deploy is not in the sudoers file. sudo ended." >&2; exit 1'],
] as const)('sudo that %s is MW1106', async ([, script]) => {
  if (script !== undefined) install('sudo', `#!/bin/sh\n${script}\n`);
  await expect(ssh.script(target, 'echo never', {}, options)).rejects.toMatchObject({ code: 'MW1106' });
});

const preferred = { timeoutMs: 5_000, root: 'preferred', isOnlyRound: true } as const;

test('prefers root, and is the login where sudo is missing or refuses, in one round', async () => {
  install('sudo', SUDO);
  const asRoot = await ssh.script(target, 'echo "$word"; exit 3', { word: 'done' }, preferred);
  expect(asRoot).toEqual({ exitCode: 3, stdout: 'done\n', stderr: 'as root\n' });
  install('sudo', '#!/bin/sh\necho "sudo: a password is required" >&2; exit 1\n');
  const asLogin = await ssh.script(target, 'echo "$word"; exit 3', { word: 'done' }, preferred);
  expect(asLogin).toEqual({ exitCode: 3, stdout: 'done\n', stderr: 'sudo: a password is required\n' });
  rmSync(join(directory, 'sudo'));
  expect((await ssh.script(target, 'echo done', {}, preferred)).stdout).toBe('done\n');
});

test.for(['head -c 1', 'head -n 1', 'head -c 60', 'cat'])(
  'a script of which the shell of sudo has read a part is not read on by another: %s',
  async (reads) => {
    install('sudo', `#!/bin/sh\n/usr/bin/${reads} >/dev/null\nexit 1\n`);
    const never = join(directory, 'never');
    await expect(ssh.script(target, `echo x > "$file"\n`.repeat(9), { file: never }, preferred)).rejects.toMatchObject({
      code: 'MW1108',
    });
    expect(existsSync(never)).toBe(false);
  },
);

test('a login shell that refuses is MW1108, and says what it printed', async () => {
  install(
    'ssh',
    '#!/bin/sh\nfor word; do [ "$word" = -N ] && exit 0; done\necho "This account is not available." >&2; exit 1\n',
  );
  await expect(ssh.script(target, 'true', {}, options)).rejects.toMatchObject({
    code: 'MW1108',
    args: { detail: 'This account is not available' },
  });
});

test('text that a shell profile prints is dropped', async () => {
  install('sudo', '#!/bin/sh\necho "Welcome to vm"\nshift\nexec "$@"\n');
  expect((await ssh.script(target, 'printf hello', {}, options)).stdout).toBe('hello');
});

test('a missing client is MW1111', async () => {
  process.env['PATH'] = join(directory, 'nowhere');
  await expect(ssh.script(target, 'true', {}, options)).rejects.toMatchObject({ code: 'MW1111' });
});

test('a stuck multiplexed connection is replaced once', async () => {
  install('sudo', SUDO);
  install(
    'ssh',
    `#!/bin/sh\nfor word; do case "$word" in -N) echo x >> ${directory}/opened; exit 0 ;; -O) exit 0 ;; esac; last=$word; done
[ "$(/usr/bin/wc -l < ${directory}/opened)" = 1 ] && { echo "mux_client_read_packet: read header failed: Broken pipe" >&2; exit 255; }
PATH=$REMOTE_PATH exec /bin/sh -c "$last"\n`,
  );
  expect((await ssh.script(target, 'echo good', {}, options)).stdout).toBe('good\n');
});
