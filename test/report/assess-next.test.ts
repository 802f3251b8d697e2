import { describe, expect, it } from 'vitest';
import type { AssessFinding } from '../../src/assess/schema.ts';
import { nextByOwner } from '../../src/report/assess-next.ts';

const found = (level: AssessFinding['level'], code: string, subject: string, owners?: string[]): AssessFinding => ({
  ...{ check: 'V1', code, level, subject, evidence: 'e', cause: 'c', fix: `fix ${code}` },
  ...(owners && { owners }),
});

describe('what to do first', () => {
  it('is by owner, who blocks most before the others, and nobody last', () => {
    const parts = nextByOwner({
      findings: [
        found('warning', 'MW1', 'a', ['anna']),
        found('error', 'MW2', 'b', ['zoe']),
        found('warning', 'MW3', 'c'),
        found('info', 'MW4', 'd', ['quiet']),
        found('unknown', 'MW5', 'e', ['quiet']),
      ],
    });
    expect(parts.map(({ owner }) => owner)).toEqual(['zoe', 'anna', undefined]);
  });

  it('is one step for all that it puts right, errors before warnings, and one for each owner', () => {
    const [first, second] = nextByOwner({
      findings: [
        found('warning', 'MW1', 'a', ['anna']),
        found('error', 'MW2', 'c', ['anna', 'ben']),
        found('error', 'MW2', 'b', ['anna']),
      ],
    });
    expect(first?.steps).toEqual([
      { level: 'error', code: 'MW2', fix: 'fix MW2', subjects: ['b', 'c'] },
      { level: 'warning', code: 'MW1', fix: 'fix MW1', subjects: ['a'] },
    ]);
    expect(second).toMatchObject({ owner: 'ben', steps: [{ subjects: ['c'] }] });
  });
});
