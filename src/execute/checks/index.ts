import { isMeshError } from '../../errors/index.ts';
import type { Answer, Check, CheckKind } from '../../plans/check.ts';
import type { CheckReader, World } from '../handler.ts';
import { hostChecks } from './host.ts';
import { kubeChecks } from './kube.ts';
import { trustChecks } from './trust.ts';

const readers: { [K in CheckKind]: CheckReader<K> } = { ...kubeChecks, ...hostChecks, ...trustChecks };

/** Answers one check. A target that cannot be asked is `unknown`, never an exception and never a yes. */
export async function readCheck(check: Check, world: World): Promise<Answer> {
  try {
    return await (readers[check.check] as CheckReader<typeof check.check>)(check, world);
  } catch (error) {
    if (isMeshError(error)) return { answer: 'unknown', why: error.causeText };
    throw error;
  }
}
