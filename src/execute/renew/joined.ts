import { meshError } from '../../errors/index.ts';
import type { RecordedRun } from '../../journal/runs.ts';
import type { Check } from '../../plans/check.ts';
import type { HostFile, OperationOf } from '../../plans/operation.ts';
import type { MigrationPlan, Step } from '../../plans/plan.ts';

/** A host whose proxy a run has joined, and what its plan says about that proxy's credentials. */
export interface JoinedHost {
  host: string;
  /** The last step that joined it: its stamp, its time limit. */
  step: Pick<Step, 'id' | 'timeoutMs'>;
  /** The plan's own operation, with nothing left in it but the files that hold credentials. */
  credentials: OperationOf<'host.files'>;
  /** What the plan demands of the proxy once it is joined. */
  checks: Check[];
}

type Files = OperationOf<'host.files'>;
const isCredential = ({ content }: HostFile): boolean => 'token' in content || 'configMap' in content;
const filesOf = ({ apply }: Step): Files[] =>
  apply.filter(
    (operation): operation is Files =>
      operation.op === 'host.files' && operation.files.some(({ content }) => 'token' in content),
  );

/** The hosts that a run has joined by its journal, and has not left since, in the order of the plan. Pure. */
export function joinedHosts(plan: MigrationPlan, { state }: Pick<RecordedRun, 'state'>): JoinedHost[] {
  const joined = new Map<string, JoinedHost>();
  for (const step of plan.stages.flatMap(({ steps }) => steps)) {
    if (state.steps.get(step.id)?.status !== 'done') continue;
    for (const operation of filesOf(step)) joined.set(operation.host, joinedBy(step, operation, joined));
    for (const operation of step.apply) if (operation.op === 'host.remove') joined.delete(operation.host);
  }
  return [...joined.values()];
}

/** A host on which several services joined has the credentials and the checks of all of them. */
function joinedBy(step: Step, { host, files, op }: Files, joined: ReadonlyMap<string, JoinedHost>): JoinedHost {
  const before = joined.get(host);
  const credentials = new Map(
    [...(before?.credentials.files ?? []), ...files.filter(isCredential)].map((file) => [file.path, file]),
  );
  const own = step.verify.filter(({ check }) => check === 'proxy.ready' || check === 'entry.registered');
  const checks = [...(before?.checks ?? []), ...own];
  return {
    host,
    step: { id: step.id, timeoutMs: step.timeoutMs },
    credentials: { op, host, files: [...credentials.values()] },
    checks: checks.filter(({ check }, at) => check !== 'proxy.ready' || at === 0),
  };
}

/** Those of them that were named, or all. @throws MW1437 for a name that is not among them */
export function namedHosts(joined: readonly JoinedHost[], names: readonly string[], run: string): JoinedHost[] {
  const unknown = names.find((name) => !joined.some(({ host }) => host === name));
  if (unknown !== undefined)
    throw meshError('MW1437', { run, host: unknown, joined: joined.map(({ host }) => host).join(', ') || 'none' });
  return joined.filter(({ host }) => names.length === 0 || names.includes(host));
}
