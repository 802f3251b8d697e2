import { Args, Flags } from '@oclif/core';
import { MeshCommand } from '../../command.ts';
import { ExitCode, meshError, type ErrorDocument } from '../../errors/index.ts';
import { joinLists } from '../../estate/lists/join.ts';
import { listFormats, type ListProblem } from '../../estate/lists/listed-host.ts';
import { readHostList } from '../../estate/read-lists/host-list.ts';
import { renderHosts } from '../../estate/lists/render.ts';
import { hostSourcesSchema, type HostSource, type ListedHost } from '../../estate/schema.ts';

interface ImportResult {
  hosts: ListedHost[];
  problems: { level: ListProblem['level']; error: ErrorDocument }[];
}

export default class Import extends MeshCommand<ImportResult> {
  static override summary = 'Print the `hosts:` section of an estate file from host lists that are there already.';
  static override description =
    'Reads Ansible inventories, Terraform states, ssh_config files and plain lists. Opens no connection, runs nothing and keeps no secret. A host that cannot be used is left out and said; the command then ends with status 9.';
  static override examples = [
    { description: 'From an inventory', command: '<%= config.bin %> <%= command.id %> inventory.ini --group web' },
    {
      description: 'From a Terraform state, with the user to log in as',
      command: '<%= config.bin %> <%= command.id %> terraform.tfstate --user ops',
    },
  ];
  static override args = {
    file: Args.string({ description: 'A list; several may be named.', required: true, multiple: true }),
  };
  static override flags = {
    format: Flags.option({
      description: 'What the lists are; auto goes by their content.',
      options: ['auto', ...listFormats] as const,
      default: 'auto' as const,
    })(),
    group: Flags.string({ description: 'Only hosts of this group of an inventory, and of the groups below it.' }),
    user: Flags.string({ description: 'The user of hosts whose list names none.' }),
    jump: Flags.string({ description: 'The jump host of hosts whose list names none.' }),
  };

  async run(): Promise<ImportResult> {
    const { args, flags } = await this.parse(Import);
    const { format, group, user, jump } = flags;
    const sources = checkedSources(
      args.file.map((file) => ({ file, group, user, jump, ...(format === 'auto' ? {} : { format }) })),
    );
    const lists = [];
    for (const source of sources) lists.push(await readHostList(source, process.cwd()));
    const joined = joinLists(lists);
    const problems = [...lists.flatMap((list) => list.problems), ...joined.problems];
    for (const { error } of problems) this.note(`${error.code} ${error.causeText}\n  ${error.fixText}`);
    if (joined.hosts.length === 0)
      throw meshError(
        'MW1059',
        { file: args.file.join(', ') },
        { details: problems.map(({ error }) => error.message) },
      );
    this.print(renderHosts(joined.hosts).trimEnd());
    this.#sayUsers(joined.hosts);
    if (problems.some(({ level }) => level === 'error')) this.endWith(ExitCode.preflight);
    return {
      hosts: joined.hosts,
      problems: problems.map(({ level, error }) => ({ level, error: error.toDocument() })),
    };
  }

  #sayUsers(hosts: readonly ListedHost[]): void {
    const count = hosts.filter(({ user }) => user === undefined).length;
    if (count > 0)
      this.note(`${count} of ${hosts.length} hosts have no user, which an estate needs: give it with --user.`);
  }
}

/** Flags are held against the rules of `hostsFrom`. */
function checkedSources(sources: readonly object[]): HostSource[] {
  const result = hostSourcesSchema.safeParse(sources);
  if (result.success) return result.data;
  const { path = [], message = '' } = result.error.issues[0] ?? {};
  throw meshError('MW1001', {
    detail: `${String(path[1] ?? 'the list of files')}: ${message}.`,
    command: 'mesh hosts import',
  });
}
