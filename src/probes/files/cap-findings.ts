import { meshError } from '../../errors/mesh-error.ts';
import { findingOf } from '../../inventory/finding.ts';
import type { Finding } from '../../inventory/schema.ts';

const MAX_PER_CODE = 100;

/** Findings with so many of each code as can be read, and for the rest of each one that counts them. */
export function capFindings(findings: readonly Finding[], subject: string): Finding[] {
  const kept: Finding[] = [];
  const beyond = new Map<string, Finding>();
  const counts = new Map<string, number>();
  for (const finding of findings) {
    const count = (counts.get(finding.code) ?? 0) + 1;
    counts.set(finding.code, count);
    if (count <= MAX_PER_CODE) kept.push(finding);
    else beyond.set(finding.code, finding);
  }
  const more = [...beyond].map(([code, { level }]) =>
    findingOf(level, subject, meshError('MW1043', { of: code, count: (counts.get(code) ?? 0) - MAX_PER_CODE })),
  );
  return [...kept, ...more];
}
