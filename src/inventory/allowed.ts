import type { Dependency } from './schema.ts';

/**
 * A NetworkPolicy says who may call, and not who does: a call that nothing else tells of is nobody to wait for, makes no
 * circle, and is no caller that was seen.
 */
export function isOnlyAllowed({ evidence }: Pick<Dependency, 'evidence'>): boolean {
  return evidence.every(({ source }) => source === 'network-policy');
}
