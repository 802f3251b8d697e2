import * as fc from 'fast-check';
import { NO_LATEST, type WaveProblem } from '../../../src/graph/waves/problem.ts';

/** What a test says of a problem; the rest is unlimited, unpinned and one workload each. */
export interface Sketch {
  count: number;
  /** Caller, callee, requests per second. */
  calls?: readonly (readonly [number, number, number])[];
  size?: number[];
  traffic?: number[];
  critical?: number[];
  owner?: number[];
  outside?: number[];
  inside?: number[];
  before?: WaveProblem['before'];
  apart?: readonly { members: number[]; most: number; label: string }[];
  earliest?: number[];
  latest?: number[];
  limits?: Partial<WaveProblem['limits']>;
  weights?: Partial<WaveProblem['weights']>;
}

export function problemFrom(sketch: Sketch): WaveProblem {
  const { count, calls = [] } = sketch;
  const whole = (values: number[] | undefined, otherwise: number): Int32Array =>
    values ? Int32Array.from(values) : new Int32Array(count).fill(otherwise);
  const rates = (values: number[] | undefined): Float64Array =>
    Float64Array.from(values ?? new Array<number>(count).fill(0));
  return {
    count,
    size: whole(sketch.size, 1),
    traffic: rates(sketch.traffic),
    critical: whole(sketch.critical, 0),
    owner: whole(sketch.owner, -1),
    from: Int32Array.from(calls, ([from]) => from),
    to: Int32Array.from(calls, ([, to]) => to),
    rate: Float64Array.from(calls, ([, , rate]) => rate),
    outside: rates(sketch.outside),
    inside: rates(sketch.inside),
    before: sketch.before ?? [],
    apart: (sketch.apart ?? []).map((set) => ({ ...set, members: Int32Array.from(set.members) })),
    earliest: whole(sketch.earliest, 1),
    latest: whole(sketch.latest, NO_LATEST),
    limits: { ...unlimited, ...sketch.limits },
    weights: { hoursPerWave: 1, lambda: 1, callerFirst: 0.1, ...sketch.weights },
  };
}

const unlimited: WaveProblem['limits'] = {
  maxSize: Infinity,
  maxTraffic: Infinity,
  maxCritical: Infinity,
  maxPerOwner: Infinity,
  maxWaves: Infinity,
  first: { maxSize: Infinity, maxCritical: Infinity },
};

const orUnlimited = (values: fc.Arbitrary<number>): fc.Arbitrary<number> =>
  fc.oneof({ weight: 1, arbitrary: values }, { weight: 1, arbitrary: fc.constant(Infinity) });

const rate = fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 50 }), fc.double({ min: 0.01, max: 1e4, noNaN: true }));

/** Any problem, feasible or not. @param maxCount groups at most @param pins how likely a pin is, in tenths */
export const anyProblem = (maxCount: number, pins = 1): fc.Arbitrary<WaveProblem> =>
  fc.integer({ min: 1, max: maxCount }).chain((count) => {
    const node = fc.integer({ min: 0, max: count - 1 });
    const each = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T[]> =>
      fc.array(value, { minLength: count, maxLength: count });
    const seldom = (value: fc.Arbitrary<number>, otherwise: number): fc.Arbitrary<number> =>
      fc.oneof({ weight: pins, arbitrary: value }, { weight: 10 - pins, arbitrary: fc.constant(otherwise) });
    return fc
      .record({
        count: fc.constant(count),
        calls: fc.uniqueArray(fc.tuple(node, node, rate), {
          maxLength: 3 * count,
          selector: ([from, to]) => from * count + to,
        }),
        size: each(fc.integer({ min: 1, max: 4 })),
        traffic: each(rate),
        critical: each(fc.integer({ min: 0, max: 1 })),
        owner: each(fc.integer({ min: -1, max: 2 })),
        outside: each(seldom(rate, 0)),
        inside: each(seldom(rate, 0)),
        before: fc.array(fc.record({ first: node, second: node, label: fc.constantFrom('a', 'b') }), {
          maxLength: pins,
        }),
        apart: fc.array(
          fc.record({
            members: fc.array(node, { minLength: 1, maxLength: count + 1 }),
            most: fc.integer({ min: 1, max: 2 }),
            label: fc.constantFrom('x', 'y'),
          }),
          { maxLength: 2 },
        ),
        earliest: each(seldom(fc.integer({ min: 1, max: 4 }), 1)),
        latest: each(seldom(fc.integer({ min: 1, max: 5 }), NO_LATEST)),
        limits: fc.record({
          maxSize: orUnlimited(fc.integer({ min: 1, max: 8 })),
          maxTraffic: orUnlimited(fc.integer({ min: 1, max: 2000 })),
          maxCritical: orUnlimited(fc.integer({ min: 0, max: 2 })),
          maxPerOwner: orUnlimited(fc.integer({ min: 1, max: 2 })),
          maxWaves: fc.oneof(
            { weight: pins, arbitrary: fc.integer({ min: 2, max: 6 }) },
            { weight: 10 - pins, arbitrary: fc.constant(Infinity) },
          ),
          first: fc.record({
            maxSize: orUnlimited(fc.integer({ min: 1, max: 3 })),
            maxCritical: orUnlimited(fc.constant(0)),
          }),
        }),
        weights: fc.record({
          hoursPerWave: fc.constantFrom(0.5, 1, 24),
          lambda: fc.constantFrom(0, 1, 100),
          callerFirst: fc.constantFrom(0, 0.1),
        }),
      })
      .map(({ before, apart, ...rest }) =>
        problemFrom({
          ...rest,
          before: before.map((each, at) => ({ ...each, label: `${each.label}${at}` })),
          apart: apart.map((each, at) => ({ ...each, label: `${each.label}${at}` })),
        }),
      );
  });
