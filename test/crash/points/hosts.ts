import child from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { Writable } from 'node:stream';
import type { Counter } from './counter.ts';

type Spawn = (file: string, args: readonly string[], options: object) => ChildProcess;

/** Hooks every script and upload that changes a host. What only reads is started and ends unseen. */
export function hookHosts(counter: Counter): void {
  const spawn = child.spawn.bind(child) as Spawn;
  const hooked: Spawn = (file, args, options) => {
    const started = spawn(file, args, options);
    if (file !== 'ssh') return started;
    const { pid } = started;
    if (pid !== undefined) counter.ssh.add(pid);
    started.once('exit', () => pid !== undefined && counter.ssh.delete(pid));
    if (started.stdin) hookInput(counter, started, started.stdin, args.at(-1) ?? '');
    return started;
  };
  child.spawn = hooked as unknown as typeof child.spawn;
}

/** Nothing happens on the host before its shell has read the first of its input. */
function hookInput(counter: Counter, ssh: ChildProcess, stdin: Writable, command: string): void {
  const write = stdin.write.bind(stdin) as (chunk: unknown, ...rest: unknown[]) => boolean;
  let what: string | undefined;
  let isBegun = false;
  const begin = (chunk: unknown): void => {
    isBegun = true;
    what = nameOf(command, Buffer.from(chunk as string | Uint8Array).toString('latin1'));
    if (what === undefined) return;
    const change = what;
    counter.before(change);
    ssh.prependOnceListener('exit', () => counter.after(change));
    stdin.once('finish', () => counter.during(change));
  };
  stdin.write = ((chunk: unknown, ...rest: unknown[]) => {
    if (!isBegun) begin(chunk);
    return write(chunk, ...rest);
  }) as typeof stdin.write;
}

/** Scripts that change something are given the holder's token; uploads begin with the path. */
function nameOf(command: string, text: string): string | undefined {
  if (command.includes('receive()')) return `upload ${text.split('\n')[0]?.split('/').at(-1) ?? ''}`;
  return /^token='\d+'$/m.test(text) ? 'script' : undefined;
}
