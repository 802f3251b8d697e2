import { isMeshError, meshError } from '../../errors/index.ts';
import { readYaml } from '../../estate/yaml.ts';
import { type Approved, approvalOfFlag, approvalsOfFile, matchApproval } from '../../execute/approvals.ts';
import { stageNamed } from '../../plans/lookup.ts';
import type { MigrationPlan } from '../../plans/plan.ts';
import { readTextFile } from '../../ports/files.ts';
import { myself, say } from './_say.ts';

const MAX_BYTES = 64 * 1024;

/**
 * Puts the approvals of a command line where the run takes them from, all or none.
 * @throws MW1441 for one of another plan, MW1442 for what is none, MW1314 for a stage that the plan has not
 */
export async function takeApprovals(
  stateDir: string,
  plan: MigrationPlan,
  flags: readonly string[],
  files: readonly string[],
): Promise<void> {
  const given = [
    ...flags.map((text) => approvalOfFlag(text, myself())),
    ...(await Promise.all(files.map(readFile))).flat(),
  ];
  for (const approved of given) {
    stageNamed(plan, approved.stage);
    matchApproval(approved, plan);
  }
  for (const approved of given) await say(stateDir, plan, { action: 'approve', ...approved });
}

async function readFile(file: string): Promise<Approved[]> {
  const text = await readTextFile(file, MAX_BYTES).catch((error: unknown) => {
    throw isMeshError(error, 'MW1010') ? meshError('MW1442', { source: file, reason: error.causeText }) : error;
  });
  return approvalsOfFile(readYaml(text, file, MAX_BYTES).data, file);
}
