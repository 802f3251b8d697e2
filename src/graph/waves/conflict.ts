import type { ConflictPart } from './constraints.ts';
import type { WaveProblem } from './problem.ts';

export function smallestConflict(_problem: WaveProblem): ConflictPart[] {
  return [];
}
