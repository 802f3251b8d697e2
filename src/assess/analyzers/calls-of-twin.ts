import { meshError } from '../../errors/index.ts';
import { twinsOf } from '../../estate/twins.ts';
import { workloadIdOf } from '../../inventory/ids.ts';
import type { TriedConnection } from '../../inventory/tried-schema.ts';
import type { AssessView } from '../view.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';
import { endOf, HINT, isClosed, isOpen, isTellingTry, triedConnections, tryInWords } from '../tried.ts';

/** V18: who knows only the VM's address refuses the twin: firewalls, database grants, partners. */
export const callsOfTwin: Analyzer = {
  id: 'V18',
  title: 'What a twin calls',
  looksAt: ['hosts', 'clusters'],
  codes: ['MW1712', 'MW1747'],
  analyze: (view) =>
    view.units.flatMap(({ id, service, host }) => {
      const of = (twin: string): Draft[] => callsOf({ view, name: service.name, host: host.name, unit: id, twin });
      const found = twinsOf(service).flatMap((ref) => of(workloadIdOf(ref)));
      // What the unit calls outside is said once, however many twins take over from it.
      return [...new Map(found.map((one) => [JSON.stringify(one), one])).values()];
    }),
};

function callsOf(call: Call): Draft[] {
  const tries = triedConnections(call.view.inventory).filter(
    ({ from, for: ids }) => from === call.twin && !ids.includes(from),
  );
  return [...refused(call, tries), ...outside(call, tries), ...untried(call, tries)];
}

interface Call {
  view: AssessView;
  name: string;
  host: string;
  unit: string;
  twin: string;
}

/** A callee that the unit was seen to call stops the service; one that it only names may be nobody's any more. */
function refused({ view, name, unit, twin }: Call, tries: readonly TriedConnection[]): Draft[] {
  const seen = seenCalls(view, unit);
  return tries.filter(isClosed).map((one) => {
    const level = one.for.some((id) => seen.includes(id)) ? 'error' : 'warning';
    const { address, port } = one;
    const what = one.for.join(', ');
    const error = meshError('MW1747', { twin, what, address, port, outcome: endOf(one), unit });
    return draft(level, name, tryInWords(one), error);
  });
}

/** A handshake that ends well tells of firewalls, not of grants: who is let in after it, nobody tries. */
function outside({ view, name, host, unit, twin }: Call, tries: readonly TriedConnection[]): Draft[] {
  const callees = calls(view, unit).filter(isOutside);
  const reached = callees.filter((to) => tries.some((one) => isOpen(one) && one.for.includes(to)));
  const others = callees.filter((to) => !reached.includes(to));
  const finding = (level: Draft['level'], of: readonly string[], evidence: string): Draft[] => {
    if (of.length === 0) return [];
    const names = of.map((to) => to.replace('external/', '')).join(', ');
    return [
      draft(
        level,
        name,
        `${unit} has connections to ${names}${evidence}`,
        meshError('MW1712', { service: name, callees: names, host }),
      ),
    ];
  };
  return [
    ...finding('warning', others, ''),
    ...finding('info', reached, `; so far as a handshake, ${twin} reaches it too`),
  ];
}

function untried({ view, unit, twin }: Call, tries: readonly TriedConnection[]): Draft[] {
  const seen = seenCalls(view, twin);
  const isTold = (to: string): boolean => tries.some((one) => one.for.includes(to) && isTellingTry(one));
  const open = calls(view, unit).filter((to) => !isOutside(to) && !seen.includes(to) && !isTold(to));
  if (open.length === 0) return [];
  const why = tries.find(({ reason, for: ids }) => reason !== undefined && ids.some((id) => open.includes(id)))?.reason;
  const tried = why === undefined ? `nothing tried; ${HINT}` : `a try says nothing: ${why}`;
  return [notKnown(twin, `it was not seen to call ${open.join(', ')}, which the unit calls, and ${tried}`)];
}

const isOutside = (to: string): boolean => /^external\/(?!k8s\/|vm\/)/.test(to);

function calls({ inventory }: AssessView, from: string): string[] {
  return [...new Set(inventory.dependencies.flatMap((one) => (one.from === from ? [one.to] : [])))].sort();
}

/** Calls of which a connection was seen: one that is only declared may be refused yet. */
function seenCalls({ inventory }: AssessView, from: string): string[] {
  const isSeen = inventory.dependencies.filter(({ evidence }) => evidence.some((one) => one.confidence === 'observed'));
  return isSeen.flatMap((one) => (one.from === from ? [one.to] : []));
}
