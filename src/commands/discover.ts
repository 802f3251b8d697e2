import { availableParallelism } from 'node:os';
import { Flags } from '@oclif/core';
import { MeshCommand } from '../command.ts';
import { ExitCode, isMeshError } from '../errors/index.ts';
import type { Inventory } from '../inventory/schema.ts';
import { writeFileAtomically } from '../ports/files.ts';
import { forksFor } from '../probes/discover.ts';
import { renderInventory } from '../report/inventory-text.ts';
import { lookAt } from './_discover-live.ts';
import { inventoryOfDocker, inventoryOfFiles } from './_discover-sources.ts';
import { durationFlag } from './_duration.ts';
import { estateFlag, forksFlag } from './_flags.ts';
import { loadEstate } from './_inputs.ts';
import { mergeFiles } from './_merge.ts';

interface Discovered {
  file: string;
  inventory: Inventory;
}

export default class Discover extends MeshCommand<Discovered> {
  static override summary = 'Look at all hosts and clusters of an estate and write an inventory.';
  static override description =
    'Changes nothing. One that does not answer is a finding and never loses the others; the command then ends with status 9.';
  static override examples = [
    { description: 'Discover what estate.yaml names', command: '<%= config.bin %> <%= command.id %>' },
    {
      description: 'Try connections and lookups from hosts and pods too',
      command: '<%= config.bin %> <%= command.id %> --active',
    },
    {
      description: 'Read manifests and environment files instead',
      command: '<%= config.bin %> <%= command.id %> --from-files manifests/ catalog.env',
    },
    {
      description: 'Read the containers that run on this machine',
      command: '<%= config.bin %> <%= command.id %> --docker unix:///var/run/docker.sock',
    },
    {
      description: 'Look for a quarter of an hour, for what calls only now and then',
      command: '<%= config.bin %> <%= command.id %> --for 15m',
    },
    {
      description: 'Join what was seen on two days',
      command: '<%= config.bin %> <%= command.id %> --merge monday.json sunday.json -o inventory.json',
    },
    { description: 'Name the files', command: '<%= config.bin %> <%= command.id %> -f estate.yaml -o inventory.json' },
  ];
  static override flags = {
    estate: estateFlag,
    out: Flags.string({ char: 'o', description: 'Where the inventory goes.', default: 'inventory.json' }),
    forks: forksFlag,
    for: durationFlag({
      least: '1s',
      most: '168h',
      exclusive: ['from-files', 'merge', 'docker'],
      description:
        'Look again and again for this long (90s, 15m, 1h30m), and join what was seen. The first Ctrl-C ends it early and writes what was seen.',
    }),
    every: durationFlag({
      least: '1s',
      most: '1h',
      dependsOn: ['for'],
      description:
        'The mean time between two samples of --for; each is half to one and a half times as long. 10s if not given.',
    }),
    merge: Flags.string({
      multiple: true,
      helpValue: 'FILE...',
      exclusive: ['from-files', 'docker'],
      description: 'Join these inventories of one estate, and open no connection. Needs no estate file.',
    }),
    active: Flags.boolean({
      exclusive: ['from-files', 'merge', 'docker'],
      description:
        'Look, and then try: TCP handshakes and lookups from hosts and pods, by programs that are there. Nothing is created; connections carry no data.',
    }),
    docker: Flags.string({
      helpValue: 'SOCKET',
      exclusive: ['from-files'],
      description:
        'Read the running containers of the engine behind this socket of this machine (unix:///var/run/docker.sock) instead. Works without an estate file too.',
    }),
    'from-files': Flags.string({
      multiple: true,
      helpValue: 'PATH',
      description:
        'Read these Kubernetes manifests and environment files, and those in these directories, and open no connection. Works without an estate file too.',
    }),
  };

  /** A window writes what it saw before it ends. */
  protected override readonly stopsItself = this.argv.some((word) => /^--for(=|$)/.test(word));

  async run(): Promise<Discovered> {
    const { flags, metadata } = await this.parse(Discover);
    const given = { file: flags.estate, isNamed: metadata.flags['estate']?.setFromDefault !== true };
    if (flags['from-files'] !== undefined) return await this.#readFiles(flags['from-files'], given, flags.out);
    if (flags.docker !== undefined) return await this.#write(await inventoryOfDocker(flags.docker, given), flags.out);
    if (flags.merge !== undefined) return await this.#write(await mergeFiles(flags.merge), flags.out);
    const loaded = await loadEstate(flags.estate);
    for (const { error } of loaded.warnings) this.note(error.message);
    const inventory = await lookAt(
      loaded,
      { ...flags, forks: flags.forks ?? forksFor(availableParallelism()) },
      this.#voice(),
    );
    const { hosts, clusters } = loaded.estate;
    if (inventory.hosts.length < hosts.length || inventory.clusters.length < clusters.length)
      this.endWith(ExitCode.preflight);
    this.#endEarly();
    return await this.#write(inventory, flags.out);
  }

  /** A window that was cut short is written all the same, and the status says so. */
  #endEarly(): void {
    const reason: unknown = this.interrupt.reason;
    if (!isMeshError(reason)) return;
    this.note(`${reason.code} ${reason.causeText} The window ends early; what was seen is written.`);
    this.endWith(reason.exit);
  }

  async #readFiles(
    paths: readonly string[],
    given: Parameters<typeof inventoryOfFiles>[1],
    out: string,
  ): Promise<Discovered> {
    const { inventory, isPartial } = await inventoryOfFiles(paths, given);
    if (isPartial) this.endWith(ExitCode.preflight);
    return await this.#write(inventory, out);
  }

  async #write(inventory: Inventory, out: string): Promise<Discovered> {
    await writeFileAtomically(out, `${JSON.stringify(inventory, null, 2)}\n`);
    this.print(renderInventory(inventory, out));
    return { file: out, inventory };
  }

  #voice(): Parameters<typeof lookAt>[2] {
    return {
      emit: (event) => this.emit(event),
      note: (text) => this.note(text),
      interrupt: this.interrupt,
    };
  }
}
