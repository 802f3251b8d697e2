import { describe, expect, test } from 'vitest';
import { FAULT_KINDS, faultInWords, parseFault } from '../../../src/execute/world/fault.ts';
import { randomPlan } from './plans.ts';
import { rehearse } from '../../../src/execute/world/rehearse.ts';

describe('a fault', () => {
  test('is read as it is written', () => {
    expect(parseFault('bad-twin=catalog,share=0.03,from=25')).toEqual({
      kind: 'bad-twin',
      subject: 'catalog',
      share: 0.03,
      fromWeight: 25,
    });
    expect(parseFault('metric-gap=90')).toEqual({ kind: 'metric-gap', forSeconds: 90 });
    expect(parseFault('crash,at=12')).toEqual({ kind: 'crash', at: 12 });
    expect(parseFault('crash')).toEqual({ kind: 'crash' });
  });

  test.each(Object.keys(FAULT_KINDS))('%s is said as it is read', (kind) => {
    const fault = parseFault(`${kind},at=3,for=60`);
    expect(parseFault(faultInWords(fault))).toEqual(fault);
  });

  test.each(['flood', 'host-dies=a,at=soon', 'host-dies=a,speed=3', 'metric-gap=long', 'crash,at=-1', ''])(
    '%j is refused',
    (text) => {
      expect(() => parseFault(text)).toThrow(/MW1836/);
    },
  );

  test('on what the estate does not have is refused', async () => {
    const { estate, inventory, plan } = randomPlan(1);
    const request = {
      plan,
      estate,
      inventory,
      seed: 1,
      startMs: 0,
      tool: 'test',
      goal: { direction: 'forward', to: null, commit: true } as const,
    };
    await expect(rehearse({ ...request, faults: [parseFault('host-dies=nowhere')] })).rejects.toThrow(/MW1837/);
  });
});
