/**
 * Loaded before `mesh` itself (`node --import`): the program is the one that users run, and knows nothing of this. Only the
 * functions of Node that it calls are wrapped, so that a process can end, or a write fail, at a point that was chosen.
 */
import { syncBuiltinESMExports } from 'node:module';
import { Counter } from './counter.ts';
import { hookFiles } from './files.ts';
import { hookHosts } from './hosts.ts';
import { hookRequests } from './requests.ts';
import { type Wish, WISH } from './wish.ts';

const text = process.env[WISH];
if (text !== undefined) {
  const wish = JSON.parse(text) as Wish;
  const counter = new Counter(wish);
  hookFiles(counter, wish.stateDir);
  hookRequests(counter);
  hookHosts(counter);
  syncBuiltinESMExports();
}
