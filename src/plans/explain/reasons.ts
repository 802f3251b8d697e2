import type { MigrationPlan, Stage, Step } from '../plan.ts';
import { placeOf } from '../view.ts';

/** Why a stage of a kind stands where it does: the hard rules of the design, and what is a preference. */
const rules: Readonly<Record<Stage['move'], string>> = {
  join: 'callees join before their callers where nothing else decides: what still reaches a server as plaintext is seen early',
  publish: 'proxies must know a name before its callers join, else their connections would go past its route',
  shift: 'hard rule 2: weights act in the callers’ proxies, so that every caller that is to follow them joins first',
  recycle: 'connections that are older than a capture pass no proxy: they ignore weights and STRICT',
  enforce: 'hard rule 1: plaintext is refused only after every caller that was seen has joined',
  scope: 'a proxy needs to know whom its workload calls and nobody else; by then it has joined, and is seen to call nobody else',
  retire: 'hard rule 3: a unit ends only when nobody from outside the mesh reaches it and it is said who answers for its name',
};

/** Why a stage is in the plan and where it stands; with what the plan has found about those whom it moves. */
export function reasonsOfStage(plan: MigrationPlan, stage: Stage): string[] {
  const names = namesOf(plan, stage);
  const isAbout = ({ subject }: { subject: string }): boolean => names.has(subject);
  const hosts = [...new Set(stage.subjects.flatMap((id) => placeOf(id)?.host ?? []))];
  const isGroup = stage.move === 'join' && stage.subjects.length > 1 && hosts.length === 1;
  return [
    stage.title,
    ...plan.paths.filter(({ service }) => names.has(service)).map(({ service, path, why }) => `${service} takes the path ${path}: ${why}`),
    rules[stage.move],
    ...(isGroup ? [`hard rule 5: what shares host ${hosts[0]} shares its address and its one proxy, and moves together`] : []),
    ...(plan.freeze ?? [])
      .filter(({ stages }) => stages.includes(stage.id))
      .map(({ from, until, reason }) => `it does not begin from ${from} to ${until}: ${reason}`),
    ...(stage.approval === undefined ? [] : [`it begins when somebody has approved it: ${stage.approval}`]),
    ...(stage.needs ? [`it cannot be done without ${stage.needs.join(', ')}`] : []),
    ...plan.findings.filter(isAbout).map(({ code, level, message }) => `${level} ${code}: ${message}`),
    ...plan.deferred.filter(isAbout).map(({ move, code, why }) => `${move} is left for later (${code}): ${why}`),
    ...plan.exempt.filter(({ service }) => names.has(service)).map(({ subject, reason }) => `${subject} stays outside the mesh: ${reason}`),
  ];
}

/** Why a step is there, in its own words, and what its reviewer must know. */
export function reasonsOfStep(plan: MigrationPlan, stage: Stage, step: Step): string[] {
  return [step.reason, ...(step.notes ?? []), ...reasonsOfStage(plan, stage)];
}

/** Workloads, hosts and services that a stage is about, as findings name them. */
function namesOf({ paths }: MigrationPlan, { id, subjects }: Stage): Set<string> {
  const bare = subjects.map((subject) => (subject.split('/').at(-1) ?? '').replace(/\.service$/, ''));
  const told = [...bare, id.replace(/^[a-z]+-/, ''), id.replace(/^[a-z]+-/, '').replace(/-twin(-[a-z0-9.-]+)?$/, '')];
  const services = paths.map(({ service }) => service).filter((service) => told.includes(service));
  return new Set([...subjects, ...subjects.flatMap((subject) => placeOf(subject)?.host ?? []), ...services]);
}
