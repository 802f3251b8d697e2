import { checkList } from '../../../src/estate/lists/check.ts';
import { readList } from '../../../src/estate/lists/recognise.ts';
import type { HostSource } from '../../../src/estate/schema.ts';

/** What a `hostsFrom` says besides the file. */
export type Choice = Omit<HostSource, 'file'>;
/** A list's text, read and held against the allow-list. */
export const read = (text: string, choice: Choice = {}): ReturnType<typeof checkList> =>
  checkList(readList(text, 'hosts', choice.format), 'hosts', choice);
/** The codes of what is wrong with it. */
export const codes = (text: string, choice?: Choice): string[] =>
  read(text, choice).problems.map(({ error }) => error.code);
/** A Terraform state with resources. */
export const state = (resources: unknown[], more: object = {}): string =>
  JSON.stringify({ version: 4, terraform_version: '1.9.0', serial: 3, lineage: 'x', outputs: {}, resources, ...more });
/** A resource of one machine. */
export const machine = (type: string, attributes: object, more: object = {}): object => ({
  ...{ mode: 'managed', type, name: 'web', provider: 'provider["registry.terraform.io/x/y"]' },
  instances: [{ schema_version: 1, attributes, ...more }],
});
