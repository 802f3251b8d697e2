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
