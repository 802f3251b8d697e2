import { isUnitRef, type EstateService } from '../../estate/schema.ts';
import { workloadIdOf } from '../../inventory/ids.ts';
import { meshError } from '../../errors/index.ts';
import type { HostMember, MeshProvider } from '../../providers/provider.ts';
import type { Check, ProxyRef } from '../check.ts';
import type { Gate } from '../gate.ts';
import { groupsOf } from '../groups.ts';
import { hostMember, publishedName, scopeOf } from '../members.ts';
import type { StageDraft, StepDraft } from '../plan.ts';
import type { EstateView } from '../view.ts';
import { judgingOf } from '../bake/watch.ts';
import { gateOf } from './gate-of.ts';
import { memberChecks, nowCalling } from './gates.ts';
import { shareBand } from './rung-gate.ts';
import { closedOnLeave } from './join.ts';
import { nameAnswers, nameStep, resolvedBefore } from './names.ts';
import { step } from './step.ts';

/** The unit's own time to stop, and all around it. */
const STOP_TIMEOUT_MS = 360_000;
const NOTHING = { require: [], requireRevert: [], verify: [], revert: [], verifyRevert: [], lost: [] };

/** What the planner knows of one service that retires. */
interface Retirement {
  view: EstateView;
  provider: MeshProvider;
  service: EstateService;
  host: string;
  unit: string;
  twins: string[];
  /** Who calls the name by now: a service that has shifted calls from its twin. */
  callers: string[];
  /** Those of them that were seen to call, and often enough to decide. */
  seen: string[];
  nameHolds: Check;
}

/** The services of a plan that have moved to their twins by then, and those of them whose units end. */
export interface Moved {
  shifted: readonly EstateService[];
  retiring: readonly EstateService[];
}

/**
 * The old unit of a service that has shifted stops for good: nobody from outside calls it, its name is settled, the
 * unit ends (the commit point), and its host leaves the mesh when nothing else of the estate is left on it.
 */
export function retireStage(
  view: EstateView,
  provider: MeshProvider,
  service: EstateService,
  { shifted, retiring }: Moved,
  wave: number,
): StageDraft {
  const retirement = retirementOf(view, provider, service, shifted);
  const { host, unit, twins, callers } = retirement;
  const isLast = leavesHost(view, service, retiring);
  return {
    id: `retire-${service.name}`,
    title: `${unit} on ${host} stops for good`,
    wave,
    move: 'retire',
    subjects: [`vm/${host}/${unit}`, ...twins],
    steps: [
      quietStep(retirement),
      ...nameSteps(retirement),
      stopStep(retirement),
      ...(isLast ? [leaveStep(retirement)] : []),
    ],
    gate: retireGate(retirement, isLast),
    blastRadius: `whoever still calls ${host} past the mesh; ${service.hostname ?? ''} is served by its ${twins.length > 1 ? 'twins' : 'twin'}, callers: ${callers.join(', ') || 'none seen'}`,
    reversible: 'until',
  };
}

function retirementOf(
  view: EstateView,
  provider: MeshProvider,
  service: EstateService,
  shifted: readonly EstateService[],
): Retirement {
  const { workload, name } = service;
  if (!isUnitRef(workload)) throw meshError('MW1999', { detail: `${name} retires and has no unit` });
  const outside = view.callersOf(name).flatMap((caller) => nowCalling(view, caller, shifted));
  const callers = [...new Set([...outside, ...view.twinsCallingOwnName(service)])];
  const twins = view.workloads(name).flatMap(({ id, role }) => (role === 'twin' ? [id] : []));
  const seen = callers.filter((caller) => wasSeen(view, caller, name, shifted) && !view.isRare(caller, name));
  return { view, provider, service, ...workload, twins, callers, seen, nameHolds: nameCheck(view, service) };
}

/** What every host that knew the name is told for it from now on: the estate's word, or what it was told before. */
function nameCheck(view: EstateView, { hostname = '', retire }: EstateService): Check {
  return nameAnswers(view, hostname, retire?.name === 'dns' ? retire.answers : resolvedBefore(view, hostname).addresses);
}

function lookBack({ view, service, host, unit }: Retirement): {
  host: string;
  unit: string;
  ports: number[];
  seconds: number;
} {
  return { host, unit, ports: [service.port ?? 0], seconds: view.estate.policy.retire.lookBackSeconds };
}

function quietStep(retirement: Retirement): StepDraft {
  const { unit, host, view } = retirement;
  return step(
    {
      ...NOTHING,
      apply: [{ op: 'host.quiet', ...lookBack(retirement), want: 'quiet' }],
      revert: [{ op: 'host.quiet', ...lookBack(retirement), want: 'forgotten' }],
    },
    {
      action: 'quiet',
      reason: `whoever still reached ${unit} on ${host} from outside the mesh would lose it: nobody may for ${view.estate.policy.retire.lookBackSeconds} s`,
    },
  );
}

/** For a kept name nothing is to be done. */
function nameSteps({ view, service }: Retirement): StepDraft[] {
  const { hostname = '', retire } = service;
  if (retire?.name !== 'dns') return [];
  const before = resolvedBefore(view, hostname).addresses.join(', ');
  const reason = `callers outside the mesh follow DNS, and ${before} ends with the unit`;
  return [nameStep(view, service, retire.answers, { action: 'name', reason })];
}

/** The commit point. */
function stopStep(retirement: Retirement): StepDraft {
  const { host, unit, service, nameHolds } = retirement;
  const twinServes = twinServing(retirement);
  const draft = step(
    {
      ...NOTHING,
      require: [...twinServes, nameHolds],
      apply: [{ op: 'host.retire', ...lookBack(retirement) }],
      verify: [{ check: 'unit.retired', host, unit }, ...twinServes, nameHolds],
    },
    {
      action: 'stop',
      reason: `${unit} on ${host} is disabled and stopped; to have ${service.name} on the VM again is a migration of its own`,
      interruption: 'connection-reset',
      interruptionDetail: `${unit} on ${host} ends for good, and with it the connections that it has opened itself`,
      timeoutMs: STOP_TIMEOUT_MS,
    },
  );
  return { ...draft, revert: 'irreversible' };
}

function twinServing({ view, provider, service, callers }: Retirement): Check[] {
  const proxies = callers.flatMap((caller): ProxyRef[] => {
    const proxy = view.proxyOf(caller);
    return proxy ? [proxy] : [];
  });
  if (proxies.length === 0) return [];
  const backends = provider.target.backendsOf(publishedName(view, service), 'twin');
  return backends.map((backend) => ({ check: 'proxy.endpoints', callers: proxies, backend, healthy: 1 }));
}

/** The last service of the estate on its host, where nothing else was seen to call through the host's proxy. */
function leavesHost(view: EstateView, service: EstateService, retiring: readonly EstateService[]): boolean {
  const { workload } = service;
  if (!isUnitRef(workload)) return false;
  const onHost = (one: EstateService): boolean => isUnitRef(one.workload) && one.workload.host === workload.host;
  const stopped = retiring.filter(onHost);
  const ids = new Set(stopped.map((one) => workloadIdOf(one.workload)));
  const callsStill = view.callersOn(workload.host).some((from) => !ids.has(from));
  const residents = view.servicesOn(workload.host);
  return residents.length === stopped.length && !callsStill && stopped.at(-1) === service;
}

/** The host as it joined, with all that it ran then. */
function memberOf(view: EstateView, service: EstateService): HostMember {
  const group = groupsOf(view.estate.services).find(({ services }) => services.includes(service));
  if (!group) throw meshError('MW1999', { detail: `${service.name} is in no group` });
  return hostMember(view, group);
}

/** What a rollback of the join would do, in its order. */
function leaveStep({ view, provider, service, host }: Retirement): StepDraft {
  const member = memberOf(view, service);
  const joined = (['host.capture', 'host.proxy'] as const).map((intent) =>
    provider.target.render({ intent, member }, view.inventory),
  );
  const draft = step(
    {
      ...NOTHING,
      apply: joined.flatMap(({ revert }) => revert),
      verify: joined.flatMap(({ verifyRevert }) => verifyRevert),
    },
    {
      action: 'leave',
      reason: `nothing of the estate is left on ${host}: its proxy has nobody to serve`,
      ...closedOnLeave(member, 'when it leaves'),
    },
  );
  return { ...draft, revert: 'irreversible' };
}

/** The callers are served, by the twin alone. */
function retireGate({ view, provider, service, twins, host, unit, seen, nameHolds }: Retirement, isLast: boolean): Gate {
  const name = publishedName(view, service);
  const scopes = seen.flatMap((caller) => scopeOf(view, caller) ?? []);
  const judging = judgingOf(view);
  const metrics =
    scopes.length === 0
      ? []
      : [
          provider.target.metrics.share(scopes, name, shareBand(view, 1)),
          ...provider.target.metrics.ofEachTwin(scopes, name, judging, false),
          ...scopes.flatMap((scope) => provider.target.metrics.sent(scope, name, judging)),
        ];
  const inMesh = isLast ? [] : memberChecks(view, `vm/${host}/${unit}`);
  return gateOf(view, [{ check: 'unit.retired', host, unit }, nameHolds, ...inMesh, ...twins.flatMap((twin) => memberChecks(view, twin))], metrics);
}

/** Whether a caller, or the unit that it took over from, was seen to call. A call that is only declared decides nothing. */
function wasSeen(view: EstateView, caller: string, service: string, shifted: readonly EstateService[]): boolean {
  const owner = view.workload(caller)?.service ?? '';
  const hasTakenOver = shifted.some(({ name }) => name === owner);
  // Which of several twins took this call over nobody knows before it makes it.
  const ids = hasTakenOver && !view.service(owner)?.twins ? view.workloads(owner).map(({ id }) => id) : [caller];
  return view.callsTo(service).some(
    ({ from, to, evidence }) =>
      ids.includes(from) && to === `service/${service}` && evidence.some(({ confidence }) => confidence === 'observed'),
  );
}
