import { Args } from '@oclif/core';
import { MeshCommand } from '../../command.ts';
import { meshError } from '../../errors/index.ts';
import { stageNamed } from '../../plans/lookup.ts';
import { stateDirFlag } from '../_flags.ts';
import { loadPlan } from '../_inputs.ts';
import { byFlag, heardWords, myself, say } from './_say.ts';

/** What `--approval-file` takes, too. */
export interface ApprovalGiven {
  planDigest: string;
  by: string;
  stages: string[];
}

export default class Approve extends MeshCommand<ApprovalGiven> {
  static override summary = 'Approve stages that wait for a person.';
  static override description =
    'Bound to the digest of this plan file and to the stage: another plan, however alike, needs an approval of its own. Which stages wait is in the estate, under policy.approval.';
  static override examples = [
    {
      description: 'Let a stage begin',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml shift-catalog',
    },
    {
      description: 'Approve here, apply on another machine with --approval-file',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml shift-catalog --json > approval.json',
    },
  ];
  static override args = {
    plan: Args.string({ description: 'The plan file.', required: true }),
    stage: Args.string({ description: 'The stage.', required: true }),
  };
  static override flags = { 'state-dir': stateDirFlag, by: byFlag };

  async run(): Promise<ApprovalGiven> {
    const { args, flags } = await this.parse(Approve);
    const plan = await loadPlan(args.plan);
    const { id: stage, approval } = stageNamed(plan, args.stage);
    const waiting = plan.stages.flatMap((one) => (one.approval === undefined ? [] : [one.id]));
    if (approval === undefined)
      throw meshError('MW1443', { stage, plan: plan.id, stages: waiting.join(', ') || 'none' });
    const { by = myself(), 'state-dir': stateDir } = flags;
    const planDigest = plan.digest;
    const said = await say(stateDir, plan, { action: 'approve', by, stage, planDigest });
    this.print(`${by} approves stage ${stage} of plan ${plan.id} (${planDigest}). ${heardWords(said)}`);
    return { planDigest, by, stages: [stage] };
  }
}
