import { Flags } from '@oclif/core';

/** Flags that several commands share, with one wording. */
export const estateFlag = Flags.string({
  char: 'f',
  description: 'The estate file.',
  default: 'estate.yaml',
  env: 'MESHWAY_ESTATE',
});
/** For a run whose journal is lost. */
export const adoptFlag = Flags.string({
  helpValue: 'RUN',
  exclusive: ['dry-run'],
  description: 'Carry on with this run, whose journal is lost, from what it left in the estate.',
});
export const stateDirFlag = Flags.string({
  description: 'Where runs and their journals are kept.',
  default: '.meshway',
  env: 'MESHWAY_STATE_DIR',
});
/** Named as Ansible names it; `--fanout` is ClusterShell's word. */
export const forksFlag = Flags.integer({
  aliases: ['fanout'],
  helpValue: 'N',
  min: 1,
  max: 1024,
  description:
    'Hosts asked at the same time, each by a process of the OpenSSH client. 16 for each CPU if not given, 64 at most.',
});
