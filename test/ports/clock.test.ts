import { afterEach, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src/ports/clock.ts';

const DAY_MS = 86_400_000;

afterEach(() => vi.restoreAllMocks());

describe('the clock of a process', () => {
  it('starts with that on the wall, and goes on', async () => {
    const clock = systemClock();
    const [at, wall] = [clock.now(), Date.now()];
    expect(Math.abs(at - wall)).toBeLessThan(1_000);
    await clock.sleep(60);
    expect(clock.now() - at).toBeGreaterThanOrEqual(40);
    expect(clock.now() - at).toBeLessThan(5_000);
  });

  it.each([DAY_MS, -DAY_MS])('is not set with the one on the wall, here by %s ms', (jumpMs) => {
    const clock = systemClock();
    const before = clock.now();
    const wall = Date.now();
    vi.spyOn(Date, 'now').mockImplementation(() => wall + jumpMs);
    expect(Math.abs(clock.now() - before)).toBeLessThan(5_000);
    expect(Math.abs(systemClock().now() - before)).toBeLessThan(5_000);
  });
});
