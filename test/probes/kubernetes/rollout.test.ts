import { describe, expect, it } from 'vitest';
import { rolloutOf } from '../../../src/probes/kubernetes/parse-rollout.ts';

const rolling = (maxSurge?: number | string, maxUnavailable?: number | string): object => ({
  type: 'RollingUpdate',
  rollingUpdate: { maxSurge, maxUnavailable },
});

describe('a rollout', () => {
  it.each<[string, string, object | undefined, number, 'surges' | 'all' | 'neither']>([
    ['Recreate', 'Deployment', { type: 'Recreate' }, 3, 'all'],
    ['Recreate of nothing', 'Deployment', { type: 'Recreate' }, 0, 'neither'],
    ['no strategy, one replica', 'Deployment', undefined, 1, 'surges'],
    ['no strategy, four replicas', 'Deployment', undefined, 4, 'neither'],
    ['all may be absent', 'Deployment', rolling(0, 3), 3, 'all'],
    ['more than all may be absent', 'Deployment', rolling(1, '100%'), 3, 'all'],
    ['a share that is rounded to none, and no surge', 'Deployment', rolling(0, '25%'), 1, 'all'],
    ['a share that is rounded to none, and no surge, of two', 'Deployment', rolling(0, '25%'), 2, 'neither'],
    ['a surge', 'Deployment', rolling(1, 0), 1, 'surges'],
    ['one after the other', 'StatefulSet', undefined, 2, 'neither'],
    ['the only one', 'StatefulSet', undefined, 1, 'all'],
    ['by hand', 'StatefulSet', { type: 'OnDelete' }, 1, 'neither'],
    ['a DaemonSet that surges', 'DaemonSet', rolling(1, 0), 2, 'surges'],
  ])('adds first, takes all away or neither: %s', (_, kind, strategy, replicas, expected) => {
    const spec = strategy === undefined ? {} : { strategy, updateStrategy: strategy };
    const { surges, takesAllAway } = rolloutOf(kind, spec, replicas);
    const said = surges ? 'surges' : takesAllAway ? 'all' : 'neither';
    expect(said).toBe(expected);
  });
});
