import type { StageDraft } from './plan.ts';

/**
 * Stages with an id of their own each: the journal, and every command that names a stage, know it by that. A service
 * `shop-twin` in Kubernetes and the twin of `shop` both join in `join-shop-twin`: the later one is `join-shop-twin-2`.
 */
export function distinctIds(stages: readonly StageDraft[]): StageDraft[] {
  const taken = new Set(stages.map(({ id }) => id));
  const given = new Set<string>();
  return stages.map((stage) => {
    const id = given.has(stage.id) ? freeId(stage.id, taken) : stage.id;
    for (const set of [taken, given]) set.add(id);
    return { ...stage, id };
  });
}

function freeId(id: string, taken: ReadonlySet<string>): string {
  for (let number = 2; ; number += 1) if (!taken.has(`${id}-${number}`)) return `${id}-${number}`;
}
