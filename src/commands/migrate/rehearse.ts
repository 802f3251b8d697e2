import { Args, Flags } from '@oclif/core';
import { MeshCommand } from '../../command.ts';
import { meshError } from '../../errors/index.ts';
import type { Estate } from '../../estate/schema.ts';
import { FAULT_KINDS, parseFault } from '../../execute/world/fault.ts';
import { rehearse, type Rehearsal } from '../../execute/world/rehearse.ts';
import { stageNamed } from '../../plans/lookup.ts';
import { systemClock } from '../../ports/clock.ts';
import { writeFileAtomically } from '../../ports/files.ts';
import { renderRehearsalHtml } from '../../report/rehearsal/html.ts';
import { renderRehearsal } from '../../report/rehearsal/text.ts';
import { estateFlag } from '../_flags.ts';
import { loadEstate, loadPlan, matchEstate } from '../_inputs.ts';
import { inventoryOf } from './_show-formats.ts';

export default class Rehearse extends MeshCommand<Rehearsal> {
  static override summary = 'Carry a plan out in a model of the estate, in virtual time.';
  static override description = [
    'The decisions, steps and gates of a real run, against a model made of the inventory: how long it takes, where it would stop, its worst moments. Opens no connection. Ends with the status that a real run would have.',
    ...Object.entries(FAULT_KINDS).map(([kind, words]) => `Fault ${kind}: ${words}.`),
  ].join('\n');
  static override examples = [
    {
      description: 'As planned, with nothing wrong',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml',
    },
    {
      description: 'With a twin that fails 3 % of its calls from a weight of 25 % on, as a page',
      command:
        '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml --fault bad-twin=catalog,share=0.03,from=25 --html rehearsal.html',
    },
    {
      description: 'Killed somewhere, and a site lost in mid-shift; another seed, other moments',
      command:
        '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml --fault crash --fault site-lost=north --seed 7',
    },
  ];
  static override args = { plan: Args.string({ description: 'The plan file.', required: true }) };
  static override flags = {
    estate: estateFlag,
    inventory: Flags.string({
      char: 'i',
      description: 'The inventory that the plan was made from.',
      default: 'inventory.json',
    }),
    fault: Flags.string({
      multiple: true,
      default: [],
      helpValue: 'KIND[=ARG][,NAME=NUMBER]',
      description: 'Something that goes wrong; may be given several times.',
    }),
    seed: Flags.integer({
      default: 1,
      min: 0,
      description: 'Chooses what a fault leaves open. The same seed gives the same rehearsal.',
    }),
    rate: Flags.string({
      helpValue: 'NUMBER',
      description: 'Requests per second of each call of which the estate states no rate, instead of its `assumedRate`.',
    }),
    to: Flags.string({ description: 'Apply through this stage.' }),
    html: Flags.string({ helpValue: 'FILE', description: 'Write the rehearsal as one self-contained page, too.' }),
  };

  async run(): Promise<Rehearsal> {
    const { args, flags } = await this.parse(Rehearse);
    const faults = flags.fault.map(parseFault);
    const plan = await loadPlan(args.plan);
    const loaded = await loadEstate(flags.estate);
    matchEstate(plan, args.plan, loaded);
    if (!plan.applyable) throw meshError('MW1313', { file: args.plan });
    if (flags.to !== undefined) stageNamed(plan, flags.to);
    const rehearsal = await rehearse({
      ...{
        plan,
        estate: assuming(loaded.estate, flags.rate),
        inventory: await inventoryOf(plan, flags.inventory),
        faults,
        seed: flags.seed,
      },
      goal: { direction: 'forward', to: flags.to ?? null, commit: true },
      ...{ startMs: systemClock().now(), tool: this.config.version },
    });
    this.print(renderRehearsal(rehearsal));
    if (flags.html !== undefined) {
      await writeFileAtomically(flags.html, `${renderRehearsalHtml(rehearsal)}\n`);
      this.note(`Written to ${flags.html}.`);
    }
    if (rehearsal.end.exit !== 0) this.endWith(rehearsal.end.exit);
    return rehearsal;
  }
}

/** The estate, with the rate that is assumed where it states none. */
function assuming(estate: Estate, rate: string | undefined): Estate {
  if (rate === undefined) return estate;
  const assumedRate = Number(rate);
  if (!(assumedRate > 0 && Number.isFinite(assumedRate)))
    throw meshError('MW1001', { command: 'mesh migrate rehearse', detail: '--rate is to be a number above 0' });
  return { ...estate, policy: { ...estate.policy, waves: { ...estate.policy.waves, assumedRate } } };
}
