import { homedir } from 'node:os';
import { expect, test } from 'vitest';
import { withAbsolutePaths } from '../../src/estate/load.ts';
import { estate } from '../inventory/observed.ts';

test.for<[string, string]>([
  ['keys/id', '/etc/mesh/keys/id'],
  ['../id', '/etc/id'],
  ['/abs/id', '/abs/id'],
  ['~/.ssh/id', `${process.env['HOME'] ?? homedir()}/.ssh/id`],
])('%s beside the estate file is %s', ([identityFile, expected]) => {
  expect(withAbsolutePaths({ ...estate, ssh: { identityFile } }, '/etc/mesh/estate.yaml').ssh).toEqual({
    identityFile: expected,
  });
});
