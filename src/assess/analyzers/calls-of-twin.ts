import { meshError } from '../../errors/index.ts';
import { workloadIdOf } from '../../inventory/ids.ts';
import type { AssessView } from '../view.ts';
import { type Analyzer, draft, notKnown } from '../analyzer.ts';
import type { Draft } from '../schema.ts';

/** V18: who knows only the VM's address refuses the twin: firewalls, database grants, partners. */
export const callsOfTwin: Analyzer = {
  id: 'V18',
  title: 'What a twin calls',
  looksAt: ['hosts', 'clusters'],
  codes: ['MW1712'],
  analyze: (view) =>
    view.units.flatMap(({ id, service: { name, twin }, host }) => {
      if (twin === undefined) return [];
      const [calledByUnit, calledByTwin] = [calls(view, id), seenCalls(view, workloadIdOf(twin))];
      const outside = calledByUnit.filter((to) => /^external\/(?!k8s\/|vm\/)/.test(to));
      const untried = calledByUnit.filter((to) => !outside.includes(to) && !calledByTwin.includes(to));
      const callees = outside.map((to) => to.replace('external/', '')).join(', ');
      const error = meshError('MW1712', { service: name, callees, host: host.name });
      return [
        ...(outside.length > 0 ? [draft('warning', name, `${id} has connections to ${callees}`, error)] : []),
        ...(untried.length > 0 ? [untriedBy(workloadIdOf(twin), untried)] : []),
      ];
    }),
};

function calls({ inventory }: AssessView, from: string): string[] {
  return [...new Set(inventory.dependencies.flatMap((one) => (one.from === from ? [one.to] : [])))].sort();
}

/** Calls of which a connection was seen: one that is only declared may be refused yet. */
function seenCalls({ inventory }: AssessView, from: string): string[] {
  const isSeen = inventory.dependencies.filter(({ evidence }) => evidence.some((one) => one.confidence === 'observed'));
  return isSeen.flatMap((one) => (one.from === from ? [one.to] : []));
}

function untriedBy(twin: string, callees: readonly string[]): Draft {
  return notKnown(twin, `it was not seen to call ${callees.join(', ')}, which the unit calls, and nothing tried`);
}
