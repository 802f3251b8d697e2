import { meshError } from '../../../errors/index.ts';
import type { KubeObject } from '../../../ports/contracts.ts';
import type { ProbeResult, Stamp } from '../../handler.ts';
import { nameOf, ownershipOf, refOf, RUN_LABEL } from './ownership.ts';

/** Throws MW1407 unless this run may change the object, MW1612 when a later holder of the run has taken it over. */
export function refuseForeign(live: KubeObject, stamp: Stamp): void {
  const found = foreignTo(live, stamp);
  if (found !== undefined) throw meshError('MW1407', { object: nameOf(refOf(live)), owner: found.who });
}

/** Whose an object is that this run may not change. @throws MW1612 when a later holder of the run has taken it over */
export function foreignTo(live: KubeObject, stamp: Stamp): Extract<ProbeResult, { state: 'foreign' }> | undefined {
  const ownership = ownershipOf(live, stamp);
  if (ownership.ours) return undefined;
  if (ownership.token === undefined) return { state: 'foreign', who: ownership.who };
  throw meshError('MW1612', {
    place: `${nameOf(refOf(live))} of run ${live.metadata.labels?.[RUN_LABEL] ?? stamp.run}`,
    holder: 'a later holder',
    found: ownership.token,
    ours: stamp.token,
  });
}
