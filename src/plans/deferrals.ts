import type { EstateService } from '../estate/schema.ts';
import { meshError } from '../errors/index.ts';
import { choosePath } from './paths.ts';
import type { Deferral } from './plan.ts';
import type { EstateView } from './view.ts';

/**
 * Moves that this plan leaves out, and why. The hard rules: STRICT and weights wait until every observed caller
 * has joined, because an unmeshed caller is refused by the one and does not follow the other.
 */
export function deferrals(view: EstateView, services: readonly EstateService[]): Deferral[] {
  const joining = new Set(services.flatMap(({ name }) => view.workloads(name).map(({ id }) => id)));
  return services.flatMap((service) => {
    const outside = view.callersOf(service.name).filter((caller) => !joining.has(caller));
    const blocked =
      outside.length > 0 ? movesAfterJoin(service).map((move) => callerDeferral(service.name, move, outside)) : [];
    const waiting = [...blocked, ...unseenCallers(view, service), ...byAddress(view, service)];
    return [...waiting, ...retirement(service, waiting)];
  });
}

export function isDeferred(deferred: readonly Deferral[], service: string, move: string): boolean {
  return deferred.some((one) => one.subject === service && one.move === move);
}

function movesAfterJoin(service: EstateService): string[] {
  return choosePath(service).path === 'mesh-first' ? ['replatform', 'enforce'] : ['enforce'];
}

function callerDeferral(service: string, move: string, outside: string[]): Deferral {
  return {
    subject: service,
    move,
    code: 'MW1316',
    why: meshError('MW1316', { service, callers: outside.join(', ') }).causeText,
  };
}

/** With nobody seen, "every observed caller has joined" is true of nobody, and no gate has traffic to judge. */
function unseenCallers(view: EstateView, service: EstateService): Deferral[] {
  if (service.callers === 'none' || view.callersOf(service.name).length > 0) return [];
  const why = meshError('MW1322', { service: service.name }).causeText;
  return movesAfterJoin(service).map((move) => ({ subject: service.name, move, code: 'MW1322', why }));
}

/** A route matches port and Host header: who calls an address is sent to the VM, whatever the weights say. */
function byAddress(view: EstateView, service: EstateService): Deferral[] {
  const { name, hostname = '' } = service;
  const callers = view.callersByAddress(name);
  if (callers.length === 0) return [];
  const why = meshError('MW1320', { service: name, callers: callers.join(', '), hostname }).causeText;
  return movesAfterJoin(service).map((move) => ({ subject: name, move, code: 'MW1320', why }));
}

/** Retiring the old unit is the commit point: the estate has to ask for it, and the moves before it have to be made. */
function retirement(service: EstateService, waiting: readonly Deferral[]): Deferral[] {
  const { name, hostname = '', retire } = service;
  if (choosePath(service).path !== 'mesh-first') return [];
  if (retire && waiting.length === 0) return [];
  const reason = retire
    ? `its unit is not stopped before ${[...new Set(waiting.map(({ move }) => move))].join(' and ')}, which wait too`
    : `its unit keeps running at weight 0; to stop it, say who answers for ${hostname} from then on: \`retire: { name: dns, answers: [ADDRESS] }\` or \`retire: { name: kept }\``;
  const why = meshError('MW1317', { service: name, reason }).causeText;
  return [{ subject: name, move: 'retire', code: 'MW1317', why }];
}
