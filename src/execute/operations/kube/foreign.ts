import { meshError } from '../../../errors/index.ts';
import type { KubeObject } from '../../../ports/contracts.ts';
import type { Stamp } from '../../handler.ts';
import { nameOf, ownershipOf, refOf } from './ownership.ts';

/** Throws MW1407 unless this holder of this run may change the object. */
export function refuseForeign(live: KubeObject, stamp: Stamp): void {
  const ownership = ownershipOf(live, stamp);
  if (!ownership.ours) throw meshError('MW1407', { object: nameOf(refOf(live)), owner: ownership.who });
}
