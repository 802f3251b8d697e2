import { describe, expect, test } from 'vitest';
import { estateDigest } from '../../src/estate/digest.ts';
import { parseEstate } from '../../src/estate/parse.ts';
import { GOOD } from './good.ts';

describe('the digest', () => {
  const digest = (text: string): string => estateDigest(parseEstate(text, 'estate.yaml'), (canonical) => canonical);

  test('does not depend on local paths, comments or order', () => {
    const other = GOOD.replace('~/.ssh/id', '/other')
      .replace('known_hosts }', 'else }')
      .replace('kubeconfig: /k', 'kubeconfig: /kk')
      .replace('name: shop\n', '')
      .concat('# note\nname: shop\n');
    expect(digest(other)).toBe(digest(GOOD));
  });

  test('depends on the rest', () => {
    expect(digest(GOOD.replace('2222', '2223'))).not.toBe(digest(GOOD));
  });
});
