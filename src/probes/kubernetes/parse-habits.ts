import type { KubeWorkload } from '../../inventory/schema.ts';

/** What is read of a container besides its words and ports. */
export interface HabitualContainer {
  name?: string;
  ports?: readonly unknown[];
  readinessProbe?: unknown;
  restartPolicy?: string;
  lifecycle?: { preStop?: unknown };
  securityContext?: { runAsUser?: number };
}

/** What is read of a pod template. */
export interface HabitualPod {
  containers?: HabitualContainer[];
  initContainers?: HabitualContainer[];
  securityContext?: { runAsUser?: number };
  volumes?: { persistentVolumeClaim?: { claimName?: string } }[];
}

/** Containers that a mesh puts into pods. */
const meshContainers =
  /^(istio-(proxy|init|validation)|linkerd-(proxy|init)|kuma-(sidecar|init)|consul-(dataplane|connect-inject-init))$/;

/** How pods start, as whom they run, and whether anybody asks if they are ready. */
export function podHabits(
  pod: HabitualPod,
): Pick<KubeWorkload, 'initContainers' | 'runsAs' | 'unprobed' | 'withoutPreStop'> {
  const [first, rest] = [own(pod.initContainers), own(pod.containers)];
  const users = [pod, ...first, ...rest].flatMap(({ securityContext }) => securityContext?.runAsUser ?? []);
  return {
    // One that is restarted always is a native sidecar: it ends no earlier than the others.
    initContainers: names(first.filter(({ restartPolicy }) => restartPolicy !== 'Always')),
    runsAs: [...new Set(users)].sort((a, b) => a - b),
    unprobed: names(rest.filter(({ ports = [], readinessProbe }) => ports.length > 0 && readinessProbe === undefined)),
    withoutPreStop: names(
      rest.filter(({ ports = [], lifecycle }) => ports.length > 0 && (lifecycle?.preStop ?? null) === null),
    ),
  };
}

/** What a pod asks for itself counts more than what its control plane was told (Istio, since 1.24). */
export function nativeSidecarWish(template: { annotations?: Record<string, string> } = {}): {
  nativeSidecar?: boolean;
} {
  const wish = template.annotations?.['sidecar.istio.io/nativeSidecar'];
  return wish === 'true' || wish === 'false' ? { nativeSidecar: wish === 'true' } : {};
}

/** The volumes that outlive its pods. */
export function claimsOf(
  { volumes = [] }: HabitualPod,
  templates: readonly { metadata?: { name?: string } }[] = [],
): string[] {
  const named = volumes.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? []);
  return [...named, ...templates.flatMap(({ metadata }) => metadata?.name ?? [])].sort();
}

function own(containers: readonly HabitualContainer[] = []): HabitualContainer[] {
  return containers.filter(({ name = '' }) => !meshContainers.test(name));
}

function names(containers: readonly HabitualContainer[]): string[] {
  return containers.flatMap(({ name }) => name ?? []);
}
