import { describe, expect, it } from 'vitest';
import type { WaveProblem } from '../../src/graph/waves/problem.ts';
import { digestOf, largeEstate, QUALITY_ESTATES, smallEstate } from './estates.ts';
import { firstFit } from './packing.ts';

const small = Array.from({ length: QUALITY_ESTATES }, (_, index) => smallEstate(index + 1));

function hasCycle({ count, from, to }: WaveProblem): boolean {
  const callees = Array.from({ length: count }, (): number[] => []);
  for (const [call, caller] of from.entries()) callees[caller]!.push(to[call]!);
  const left = new Int32Array(count);
  for (const callee of to) left[callee]! += 1;
  const open = [...left.keys()].filter((group) => left[group] === 0);
  let seen = 0;
  for (let group = open.pop(); group !== undefined; group = open.pop(), seen += 1)
    for (const callee of callees[group]!) if ((left[callee]! -= 1) === 0) open.push(callee);
  return seen < count;
}

describe('estates that are generated', () => {
  it('stay what they were: published results are about these', () => {
    expect([1, 2, 100, 200].map((seed) => digestOf(smallEstate(seed)))).toEqual([
      '32e05524d735ef38ed1b92cdd8a5372e35d6cf8cade276c82e256477359efce5',
      '3ccae5e9c8b938d5f66497fb8d74ee3e55b1782b19ac14cfd73b77c02153dc15',
      '0d435868f062151b0877a3279122f610b7c36c09177c8e80aeef2a99d695c975',
      '39e5fc2305d26aeefc1421fc2fe3bd78d8e7c1750de623b76ed4cba949b3fd21',
    ]);
    expect(digestOf(largeEstate(1, 1000, 10_000, 20))).toBe(
      '625c5757ff98c7ce0b3a06a8ffc17ef8bb40760bec6144c5cfe21a0c0bae0d71',
    );
  });

  it('are as small as they say, and differ', () => {
    for (const { count, size } of small) {
      expect(count).toBeGreaterThanOrEqual(10);
      expect(size.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(40);
      expect(Math.min(...size)).toBe(1);
    }
    expect(new Set(small.map(digestOf)).size).toBe(QUALITY_ESTATES);
  });

  it('have each pair once, none to itself, and rates between a hundredth and ten thousand', () => {
    for (const { count, from, to, rate } of [...small, largeEstate(7, 500, 3000, 10)]) {
      expect(new Set(from.map((caller, call) => caller * count + to[call]!)).size).toBe(from.length);
      expect(from.some((caller, call) => caller === to[call])).toBe(false);
      expect(Math.min(...rate)).toBeGreaterThanOrEqual(0.01);
      expect(Math.max(...rate)).toBeLessThanOrEqual(10_000);
    }
  });

  it('have as many calls as a large one was asked for', () => {
    const { count, rate } = largeEstate(3, 1000, 10_000, 20);
    expect([count, rate.length]).toEqual([1000, 10_000]);
  });

  it('can be planned', () => {
    for (const problem of small) {
      const order = Array.from({ length: problem.count }, (_, group) => group);
      const wave = firstFit(problem, order) ?? new Int32Array();
      expect(wave.length).toBe(problem.count);
      for (const { first, second } of problem.before) expect(wave[second]).toBeGreaterThanOrEqual(wave[first]!);
      expect(wave.every((at, group) => at >= problem.earliest[group]! && at <= problem.latest[group]!)).toBe(true);
    }
  });

  it('have among them everything that a policy can say', () => {
    const some = (has: (problem: WaveProblem) => boolean): number => small.filter(has).length / QUALITY_ESTATES;
    const shares = {
      cycles: some(hasCycle),
      outside: some(({ outside }) => outside.some((rate) => rate > 0)),
      inside: some(({ inside }) => inside.some((rate) => rate > 0)),
      before: some(({ before }) => before.length > 0),
      apart: some(({ apart }) => apart.length > 0),
      earliest: some(({ earliest }) => earliest.some((at) => at > 1)),
      latest: some(({ latest }) => latest.some((at) => at < 40)),
      several: some(({ size }) => size.some((workloads) => workloads > 1)),
      critical: some(({ critical }) => critical.some((each) => each > 0)),
      maxTraffic: some(({ limits }) => limits.maxTraffic < Infinity),
      maxCritical: some(({ limits }) => limits.maxCritical < Infinity),
      maxPerOwner: some(({ limits }) => limits.maxPerOwner < Infinity),
      maxWaves: some(({ limits }) => limits.maxWaves < Infinity),
      first: some(({ limits }) => limits.first.maxSize < limits.maxSize && limits.first.maxCritical === 0),
      lambda: some(({ weights }) => weights.lambda > 0),
      callerFirst: some(({ weights }) => weights.callerFirst > 0),
    };
    for (const [name, share] of Object.entries(shares)) expect([name, share > 0.2]).toEqual([name, true]);
  });
});
