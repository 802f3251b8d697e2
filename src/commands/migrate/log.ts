import { Args, Flags } from '@oclif/core';
import { MeshCommand } from '../../command.ts';
import { meshError } from '../../errors/index.ts';
import type { Entry } from '../../journal/entry.ts';
import { isRunName, listRuns, type RecordedRun } from '../../journal/runs.ts';
import type { MigrationPlan } from '../../plans/plan.ts';
import { renderEntry } from '../../report/log-text.ts';
import { stateDirFlag } from '../_flags.ts';
import { loadPlan } from '../_inputs.ts';
import { type JournalVerification, verifyJournal } from './_verify.ts';

export default class Log extends MeshCommand<Entry[] | JournalVerification> {
  static override summary = 'Print the journal of a run, after proving its chain.';
  static override description =
    'Each entry carries the hash of the one before it, and of itself. A damaged journal is refused with the line where it breaks. --verify also proves that each result has its intent, that tokens and times grow, and, with the plan, that every entry is what the plan decided there or a person said.';
  static override examples = [
    { description: 'The newest run', command: '<%= config.bin %> <%= command.id %>' },
    { description: 'One run, for programs', command: '<%= config.bin %> <%= command.id %> --run shop-1a2b3c --json' },
    {
      description: 'Whether the journal of a plan can be believed',
      command: '<%= config.bin %> <%= command.id %> plans/shop.plan.yaml --verify',
    },
  ];
  static override args = {
    plan: Args.string({ description: 'The plan file: its runs alone, and what their entries are held against.' }),
  };
  static override flags = {
    'state-dir': stateDirFlag,
    run: Flags.string({ description: 'The run; the newest by default.' }),
    verify: Flags.boolean({ description: 'Print no entries, but whether all of them hold.' }),
  };

  async run(): Promise<Entry[] | JournalVerification> {
    const { args, flags } = await this.parse(Log);
    const { 'state-dir': stateDir, run, verify } = flags;
    const plan = args.plan === undefined ? undefined : await loadPlan(args.plan);
    if (verify) return await this.#verify(stateDir, run ?? (await newest(stateDir, undefined, plan)).run, plan);
    const { entries } = await newest(stateDir, run, plan);
    for (const entry of entries) this.print(renderEntry(entry));
    this.print(`${entries.length} entries, the chain holds`);
    return entries;
  }

  async #verify(stateDir: string, run: string, plan: MigrationPlan | undefined): Promise<JournalVerification> {
    if (!isRunName(run)) throw meshError('MW1606', { run, directory: stateDir });
    const good = await verifyJournal(stateDir, run, plan, this.config.version);
    const { entries, holders, from, to, lastHash, heldAgainst, remarks } = good;
    this.print(`run ${run}: ${entries} entries of ${holders} process(es), ${from} to ${to}`);
    this.print('the chain holds, each result has its intent, tokens and times grow');
    if (heldAgainst === null) this.print('not held against a plan: name the plan file for that');
    else this.print(`each entry is what the plan decided there, or a person said (${heldAgainst})`);
    for (const remark of remarks) this.print(`remark: ${remark}`);
    this.print(`last hash ${lastHash}`);
    return good;
  }
}

/** The newest run of a state directory, or the one that is named, of a plan or any. @throws MW1606 */
async function newest(
  stateDir: string,
  run: string | undefined,
  plan: MigrationPlan | undefined,
): Promise<RecordedRun> {
  const runs = (await listRuns(stateDir)).filter(({ state }) => plan === undefined || state.planDigest === plan.digest);
  const chosen = run === undefined ? runs.at(-1) : runs.find((one) => one.run === run);
  if (!chosen) throw meshError('MW1606', { run: run ?? '(any)', directory: stateDir });
  return chosen;
}
