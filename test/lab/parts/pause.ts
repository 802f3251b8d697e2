import { join } from 'node:path';
import { run } from '../exec.ts';
import type { Part } from './part.ts';

const source = `
#include <signal.h>
#include <unistd.h>
static void stop(int sig) { _exit(0); }
int main(void) {
  signal(SIGINT, stop);
  signal(SIGTERM, stop);
  signal(SIGCHLD, SIG_IGN);
  for (;;) pause();
}
`;

/** The program that holds a pod's network namespace. */
export const pause: Part = {
  name: 'pause',
  version: '1',
  async build(dir) {
    await run('gcc', ['-Os', '-static', '-s', '-x', 'c', '-o', join(dir, 'pause'), '-'], { input: source });
  },
};
