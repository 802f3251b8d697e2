import type { KubeWorkload } from '../../inventory/schema.ts';

interface Strategy {
  type?: string;
  rollingUpdate?: Pace;
  /** Of an Argo Rollout. */
  canary?: Pace | null;
  blueGreen?: unknown;
}

interface Pace {
  maxSurge?: number | string;
  maxUnavailable?: number | string;
}

/** What is read of how a workload replaces its pods. */
export interface RolloutSpec {
  strategy?: Strategy;
  updateStrategy?: Strategy;
}

/** Surge and absence where a workload says none; a StatefulSet keeps its pods' names, and so never surges. */
const defaults: Readonly<Record<string, readonly [surge: number | string, unavailable: number | string]>> = {
  Deployment: ['25%', '25%'],
  Rollout: ['25%', '25%'],
  DaemonSet: [0, 1],
  StatefulSet: [0, 1],
};

/** Whether a rollout adds a pod before it takes one away, and whether it may take all of them away at once. */
export function rolloutOf(
  kind: string,
  { strategy, updateStrategy }: RolloutSpec,
  replicas: number,
): Pick<KubeWorkload, 'surges' | 'takesAllAway'> {
  const chosen = (kind === 'Deployment' || kind === 'Rollout' ? strategy : updateStrategy) ?? {};
  // A whole new set of pods beside the old one, before any of the old ones goes.
  if (kind === 'Rollout' && (chosen.blueGreen ?? null) !== null) return { surges: true, takesAllAway: false };
  const { type = 'RollingUpdate', rollingUpdate = chosen.canary ?? {} } = chosen;
  // `OnDelete` replaces nothing by itself.
  if (type !== 'RollingUpdate') return { surges: false, takesAllAway: type === 'Recreate' && replicas > 0 };
  const [surge, unavailable] = defaults[kind] ?? [0, 1];
  const added = kind === 'StatefulSet' ? 0 : countOf(rollingUpdate.maxSurge ?? surge, replicas, Math.ceil);
  const taken = countOf(rollingUpdate.maxUnavailable ?? unavailable, replicas, Math.floor);
  // Where neither is any, Kubernetes takes one away.
  const away = added === 0 && taken === 0 ? 1 : taken;
  return { surges: added > 0 && away === 0, takesAllAway: replicas > 0 && away >= replicas };
}

/** A number of pods, or a share of the replicas: surges are rounded up, absences down. */
function countOf(value: number | string | undefined, replicas: number, round: (share: number) => number): number {
  if (typeof value === 'number') return value;
  const percent = /^(\d{1,3})%$/.exec(value ?? '')?.[1];
  return percent === undefined ? 0 : round((Number(percent) / 100) * replicas);
}
