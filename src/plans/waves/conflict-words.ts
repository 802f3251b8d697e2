import type { ConflictPart, ConstraintKind } from '../../graph/waves/constraints.ts';

/** The word of the estate's policy behind each limit. */
const limits: Partial<Record<ConstraintKind, string>> = {
  maxSize: 'policy.waves.maxWorkloads',
  maxTraffic: 'policy.waves.maxShare',
  maxCritical: 'policy.waves.maxTier0',
  maxPerOwner: 'policy.waves.maxPerOwner',
  maxWaves: 'policy.waves.maxWaves',
  firstMaxSize: 'policy.waves.firstWorkloads',
};

/** One of several constraints that cannot all hold, in the words of the estate. @param name of a bundle, by number */
export function conflictWords({ kind, label, groups, value }: ConflictPart, name: (bundle: number) => string): string {
  const names = [...new Set(groups)].map(name).join(', ');
  switch (kind) {
    case 'before':
      return label;
    case 'apart':
      return `no more than ${value} of ${names} in one wave (${label})`;
    case 'earliest':
      return `policy.waves.pins: ${names} not before wave ${value}`;
    case 'latest':
      return `policy.waves.pins: ${names} not after wave ${value}`;
    case 'firstMaxCritical':
      return 'nothing of tier 0 in the first wave while something else can go first';
    default: {
      const of = names === '' ? '' : ` for ${names}`;
      return `${limits[kind] ?? kind}${kind === 'maxTraffic' ? '' : `: ${value}`}${of}`;
    }
  }
}
