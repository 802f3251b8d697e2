import { isMeshError } from '../../errors/index.ts';
import type { askYesNo } from '../_ask.ts';
import type { RunRequest, RunResult } from './_run.ts';

interface Means {
  carryOut(request: RunRequest): Promise<RunResult>;
  ask: typeof askYesNo;
}

/**
 * A run that stops before its commit point has ended, and nothing is drawn any more: on a terminal the operator is
 * asked then, and the run carries on. Elsewhere, and at a no, it ends there with MW1412, which names the flag.
 */
export async function throughCommitPoint(request: RunRequest, canType: boolean, means: Means): Promise<RunResult> {
  try {
    return await means.carryOut(request);
  } catch (error) {
    const canAsk = request.mode === 'text' && request.isTty && canType;
    if (!canAsk || !isMeshError(error, 'MW1412')) throw error;
    if (!(await means.ask({ message: `${error.causeText} Go on?`, flag: '--commit' }))) throw error;
    // It was adopted by then.
    return await means.carryOut({ ...request, adopt: undefined, goal: { ...request.goal, commit: true } });
  }
}
