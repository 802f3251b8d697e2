import { callerExemptions, hasExpired } from '../estate/exemptions.ts';
import type { Workload } from '../inventory/schema.ts';
import type { AssessFinding, Readiness, WorkloadReadiness } from './schema.ts';
import type { AssessView } from './view.ts';
import type { Settled } from './waivers.ts';

/** How the workloads stand, and the estate as a whole. */
export interface EstateReadiness {
  /** The worst that was found, but for what concerns exempt workloads alone. */
  readiness: Readiness;
  workloads: WorkloadReadiness[];
}

/** What nobody knows is counted, and makes nothing ready or blocked by itself. What is waived blocks nobody, and is counted. */
export function readinessOf(view: AssessView, { findings, waived }: Settled): EstateReadiness {
  const concerned = concernedBy(view);
  const byWorkload = (all: readonly AssessFinding[]): Map<string, { level: AssessFinding['level'] }[]> =>
    Map.groupBy(
      all.flatMap((finding) => concerned(finding).map(({ id }) => ({ id, level: finding.level }))),
      ({ id }) => id,
    );
  const [own, accepted] = [byWorkload(findings), byWorkload(waived)];
  const workloads = view.inventory.workloads.map((workload) =>
    stand(view, workload, { found: own.get(workload.id) ?? [], waived: accepted.get(workload.id) ?? [] }),
  );
  const exempt = new Set(workloads.flatMap(({ id, readiness }) => (readiness === 'exempt' ? [id] : [])));
  const counted = findings.filter((finding) => {
    const subjects = concerned(finding);
    return subjects.length === 0 || subjects.some(({ id }) => !exempt.has(id));
  });
  const isExempt = workloads.length > 0 && exempt.size === workloads.length;
  return { readiness: isExempt ? 'exempt' : worst(counted), workloads };
}

type Levels = readonly Pick<AssessFinding, 'level'>[];

function stand(
  view: AssessView,
  workload: Workload,
  { found: findings, waived }: { found: Levels; waived: Levels },
): WorkloadReadiness {
  const count = (level: AssessFinding['level']): number => findings.filter((one) => one.level === level).length;
  const found = worst(findings);
  const isAccepted = found === 'ready' && worst(waived) !== 'ready';
  const { id, service, role, position } = workload;
  return {
    ...{ id, service, role, ...position },
    readiness: isAccepted || (found !== 'ready' && isExempt(view, workload)) ? 'exempt' : found,
    ...{ errors: count('error'), warnings: count('warning'), unknown: count('unknown'), waived: waived.length },
  };
}

function worst(findings: Levels): Exclude<Readiness, 'exempt'> {
  if (findings.some(({ level }) => level === 'error')) return 'blocked';
  return findings.some(({ level }) => level === 'warning') ? 'work' : 'ready';
}

/** The workloads that a subject is, or stands for: a service, a host, a cluster, a namespace. */
export function concernedBy({
  estate,
  inventory: { workloads },
}: AssessView): (finding: AssessFinding) => readonly Workload[] {
  const names = workloads.flatMap((workload) => namesOf(workload).map((name) => ({ name, workload })));
  const byName = Map.groupBy(names, ({ name }) => name);
  // What is said of the mesh's own cluster or of the estate is about VMs, about pods, or about both.
  const wide = new Set<string>([estate.provider.cluster, estate.name]);
  const sides = new Map([
    ['V', workloads.filter(({ position }) => position.platform === 'vm')],
    ['P', workloads.filter(({ position }) => position.platform === 'kubernetes')],
  ]);
  return ({ subject, check }) => {
    if (wide.has(subject)) return sides.get(check.charAt(0)) ?? workloads;
    return [...new Set((byName.get(subject) ?? []).map(({ workload }) => workload))];
  };
}

/** Its id, its service, its host or cluster, and its namespace. */
function namesOf({ id, service }: Workload): string[] {
  const [kind, place = '', namespace = ''] = id.split('/');
  return [id, service, place, ...(kind === 'k8s' ? [`k8s/${place}/${namespace}`] : [])];
}

/** In the exemption register, and the entry has not expired. */
function isExempt({ estate, nowMs }: AssessView, { id }: Workload): boolean {
  return callerExemptions(estate).some((one) => one.caller === id && !hasExpired(one, nowMs));
}
