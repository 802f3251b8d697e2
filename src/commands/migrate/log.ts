import { Flags } from '@oclif/core';
import { MeshCommand } from '../../command.ts';
import { meshError } from '../../errors/index.ts';
import type { Entry } from '../../journal/entry.ts';
import { listRuns } from '../../journal/runs.ts';
import { renderEntry } from '../../report/log-text.ts';
import { stateDirFlag } from '../_flags.ts';

export default class Log extends MeshCommand<Entry[]> {
  static override summary = 'Print the journal of a run, after proving its chain.';
  static override description =
    'Each entry carries the hash of the one before it. A damaged journal is refused with the line where it breaks.';
  static override examples = [
    { description: 'The newest run', command: '<%= config.bin %> <%= command.id %>' },
    { description: 'One run, for programs', command: '<%= config.bin %> <%= command.id %> --run shop-1a2b3c --json' },
  ];
  static override flags = {
    'state-dir': stateDirFlag,
    run: Flags.string({ description: 'The run; the newest by default.' }),
  };

  async run(): Promise<Entry[]> {
    const { flags } = await this.parse(Log);
    const runs = await listRuns(flags['state-dir']);
    const chosen = flags.run === undefined ? runs.at(-1) : runs.find(({ run }) => run === flags.run);
    if (!chosen) throw meshError('MW1606', { run: flags.run ?? '(any)', directory: flags['state-dir'] });
    for (const entry of chosen.entries) this.print(renderEntry(entry));
    this.print(`${chosen.entries.length} entries, the chain holds`);
    return chosen.entries;
  }
}
