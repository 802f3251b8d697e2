import { Flags } from '@oclif/core';

/** Flags that several commands share, with one wording. */
export const estateFlag = Flags.string({
  char: 'f',
  description: 'The estate file.',
  default: 'estate.yaml',
  env: 'MESHWAY_ESTATE',
});
export const stateDirFlag = Flags.string({
  description: 'Where runs and their journals are kept.',
  default: '.meshway',
  env: 'MESHWAY_STATE_DIR',
});
