import { expect, it } from 'vitest';
import { meshError } from '../src/errors/mesh-error.ts';
import { untilInterrupted, watchInterruption } from '../src/interruption.ts';

it('asks to stop at the first signal and ends at the second', () => {
  const statuses: number[] = [];
  const interruption = watchInterruption((status) => statuses.push(status));
  process.emit('SIGINT');
  expect(interruption.signal.reason).toMatchObject({ code: 'MW1901', exit: 130 });
  expect(statuses).toEqual([]);
  process.emit('SIGTERM');
  expect(statuses).toEqual([143]);
  interruption.stop();
});

it('watches no longer once stopped', () => {
  const before = process.listenerCount('SIGINT');
  watchInterruption().stop();
  expect(process.listenerCount('SIGINT')).toBe(before);
});

it('cuts work short when interrupted', async () => {
  const controller = new AbortController();
  const cut = untilInterrupted(new Promise(() => {}), controller.signal);
  controller.abort(meshError('MW1902'));
  await expect(cut).rejects.toMatchObject({ code: 'MW1902' });
  await expect(untilInterrupted(Promise.resolve('done'), new AbortController().signal)).resolves.toBe('done');
});
