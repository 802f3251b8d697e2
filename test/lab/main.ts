import { down } from './down.ts';
import { writeEstate } from './estate.ts';
import { withLock } from './lock.ts';
import { logs } from './logs.ts';
import { say } from './progress.ts';
import { status } from './status.ts';
import { up } from './up.ts';

const commands: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  up: async () => {
    await withLock(up);
    say('up');
  },
  down: async () => {
    await withLock(down);
    say('down: nothing is left behind');
  },
  status,
  logs,
  estate: async () => {
    process.stdout.write(`${await writeEstate()}\n`);
  },
};

async function main([name, ...args]: readonly string[]): Promise<void> {
  const command = commands[name ?? ''];
  if (command === undefined) {
    process.stderr.write(`usage: lab ${Object.keys(commands).join('|')}\n`);
    process.exitCode = 64;
    return;
  }
  await command(args);
}

// A reader that has seen enough must not end an `up` half-way.
process.stdout.on('error', () => undefined);

try {
  await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`lab: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
