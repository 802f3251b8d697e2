import type { DoctorCheck, DoctorReport } from './check.ts';
import { checkAgent, checkKeyTools, checkNode, checkSsh, type RunLocal } from './local-checks.ts';

/** What the doctor may look at. */
export interface Surroundings {
  readonly nodeVersion: string;
  readonly run: RunLocal;
  /** Checks of what an estate file names; none without one. */
  readonly estateChecks?: () => Promise<readonly DoctorCheck[]>;
}

/** Looks at the machine that mesh runs on, and reaches no other. */
export async function examine({ nodeVersion, run, estateChecks }: Surroundings): Promise<DoctorReport> {
  const local = await Promise.all([checkSsh(run), checkKeyTools(run), checkAgent(run)]);
  const named = (await estateChecks?.()) ?? [];
  const checks = [checkNode(nodeVersion), ...local, ...named];
  return { ok: checks.every((check) => check.status !== 'failed'), checks };
}
