import { Args, Flags } from '@oclif/core';
import { MeshCommand } from '../../command.ts';
import { meshError } from '../../errors/index.ts';
import { type Holders, lookAtHolders, releaseHolders } from '../../execute/holding/holders.ts';
import { renderHolders } from '../../report/holders-text.ts';
import { askYesNo } from '../_ask.ts';
import { estateFlag, stateDirFlag } from '../_flags.ts';
import { loadEstate, loadPlan, matchEstateName } from '../_inputs.ts';
import { openWorld } from '../_world.ts';

/** Who held what, and whether it was given back. */
export interface UnlockResult extends Holders {
  unlocked: boolean;
}

export default class Unlock extends MeshCommand<UnlockResult> {
  static override summary = 'Show who holds the runs of a plan, and give back what a dead holder holds.';
  static override description =
    'Looks at the lock of the state directory, at the Lease in each cluster that the plan changes, and at the marks of its hosts. A Lease is watched for its whole duration unless its holder is known to be dead: one that is renewed is of a holder that lives, and nothing is given back then. Marks of hosts are no locks: the next holder takes them over.';
  static override examples = [
    {
      description: 'See who it is; ask before anything is given back',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml',
    },
    {
      description: 'Where nobody can be asked',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml --yes',
    },
  ];
  static override args = { plan: Args.string({ description: 'The plan file.', required: true }) };
  static override flags = {
    estate: estateFlag,
    'state-dir': stateDirFlag,
    yes: Flags.boolean({ char: 'y', description: 'Do not ask.' }),
  };

  async run(): Promise<UnlockResult> {
    const { args, flags } = await this.parse(Unlock);
    const plan = await loadPlan(args.plan);
    const loaded = await loadEstate(flags.estate);
    matchEstateName(plan, args.plan, loaded);
    const world = openWorld(loaded);
    try {
      const holders = await lookAtHolders(plan, flags['state-dir'], world);
      this.print(renderHolders(holders));
      if (holders.living.length > 0) throw meshError('MW1616', { holder: holders.living.join('; ') });
      const held = holders.leases.filter(({ holder }) => holder !== '');
      if (held.length === 0) return { ...holders, unlocked: false };
      const message = `Give back ${held.length} Lease(s) of holders that are dead?`;
      if (!flags.yes && !(await askYesNo({ message, flag: '--yes' }))) return { ...holders, unlocked: false };
      await releaseHolders(world, held);
      return { ...holders, unlocked: true };
    } finally {
      await world.close();
    }
  }
}
