import type { WavePolicy } from '../../estate/wave-policy.ts';
import type { EstateService } from '../../estate/schema.ts';

/** What a service adds to a wave: what is limited of it. */
export interface Load {
  service: EstateService;
  /** Requests per second that reach it, as a share of all that is known. */
  share: number;
}

/**
 * Waves of later moves, in the order given: a wave takes what comes next until a limit of the policy would be passed. One
 * that passes a limit by itself has a wave of its own.
 */
export function packed<T extends { loads: readonly Load[] }>(items: readonly T[], policy: WavePolicy): T[][] {
  const waves: T[][] = [];
  for (const item of items) {
    const open = waves.at(-1);
    if (open !== undefined && fits([...open.flatMap(({ loads }) => loads), ...item.loads], policy)) open.push(item);
    else waves.push([item]);
  }
  return waves;
}

function fits(loads: readonly Load[], { maxWorkloads, maxShare, maxTier0, maxPerOwner = Infinity }: WavePolicy): boolean {
  const share = loads.reduce((sum, each) => sum + each.share, 0);
  const owners = Map.groupBy(loads, ({ service }) => service.owner);
  return (
    loads.length <= maxWorkloads &&
    share <= maxShare &&
    loads.filter(({ service }) => service.tier === 0).length <= maxTier0 &&
    [...owners].every(([owner, own]) => owner === undefined || own.length <= maxPerOwner)
  );
}
