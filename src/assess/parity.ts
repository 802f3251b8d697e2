import { parityRows } from './parity-rows.ts';
import type { ParityCard, ParityRow } from './schema.ts';
import { registrationOf } from './registrations.ts';
import type { AssessView } from './view.ts';

/** For each workload on a VM: what a pod gets, and whether it was found there. */
export function parity(view: AssessView): ParityCard[] {
  return view.units.map(({ id, ...seen }) => {
    const unit = seen.host.units.find(({ name }) => name === seen.unit);
    const registered = registrationOf(view, seen.host);
    const rows = parityRows.map(({ row, score }) => ({ row, ...score({ ...seen, facts: unit, registered }) }));
    const count = (state: ParityRow['state']): number => rows.filter((one) => one.state === state).length;
    return { workload: id, found: count('found'), missing: count('missing'), unknown: count('unknown'), rows };
  });
}
