import { availableParallelism } from 'node:os';
import { Flags } from '@oclif/core';
import { MeshCommand } from '../command.ts';
import { ExitCode } from '../errors/index.ts';
import { estateDigest } from '../estate/digest.ts';
import type { Inventory } from '../inventory/schema.ts';
import { writeFileAtomically } from '../ports/files.ts';
import { systemClock } from '../ports/clock.ts';
import { sha256Digest } from '../ports/hash.ts';
import { discoverFiles } from '../probes/discover-files.ts';
import { discover, forksFor } from '../probes/discover.ts';
import { renderInventory } from '../report/inventory-text.ts';
import { estateFlag, forksFlag } from './_flags.ts';
import { loadEstate, loadEstateIfThere } from './_inputs.ts';
import { openWorld } from './_world.ts';

export default class Discover extends MeshCommand<{ file: string; inventory: Inventory }> {
  static override summary = 'Look at all hosts and clusters of an estate and write an inventory.';
  static override description =
    'Changes nothing. One that does not answer is a finding and never loses the others; the command then ends with status 9.';
  static override examples = [
    { description: 'Discover what estate.yaml names', command: '<%= config.bin %> <%= command.id %>' },
    {
      description: 'Read manifests and environment files instead',
      command: '<%= config.bin %> <%= command.id %> --from-files manifests/ catalog.env',
    },
    { description: 'Name the files', command: '<%= config.bin %> <%= command.id %> -f estate.yaml -o inventory.json' },
  ];
  static override flags = {
    estate: estateFlag,
    out: Flags.string({ char: 'o', description: 'Where the inventory goes.', default: 'inventory.json' }),
    forks: forksFlag,
    'from-files': Flags.string({
      multiple: true,
      helpValue: 'PATH...',
      description:
        'Read these Kubernetes manifests and environment files, and those in these directories, and open no connection. Works without an estate file too.',
    }),
  };

  async run(): Promise<{ file: string; inventory: Inventory }> {
    const { flags, metadata } = await this.parse(Discover);
    if (flags['from-files'] !== undefined)
      return await this.#readFiles(flags['from-files'], flags, metadata.flags['estate']?.setFromDefault !== true);
    const loaded = await loadEstate(flags.estate);
    const inventory = await this.#discover(loaded, flags.forks ?? forksFor(availableParallelism()));
    await writeFileAtomically(flags.out, `${JSON.stringify(inventory, null, 2)}\n`);
    this.print(renderInventory(inventory, flags.out));
    const { hosts, clusters } = loaded.estate;
    if (inventory.hosts.length < hosts.length || inventory.clusters.length < clusters.length)
      this.endWith(ExitCode.preflight);
    return { file: flags.out, inventory };
  }

  async #readFiles(
    paths: readonly string[],
    { estate: estateFile, out }: { estate: string; out: string },
    isEstateNamed: boolean,
  ): Promise<{ file: string; inventory: Inventory }> {
    const loaded = isEstateNamed ? await loadEstate(estateFile) : await loadEstateIfThere(estateFile);
    const { inventory, isPartial } = await discoverFiles(paths, {
      ...(loaded === undefined ? {} : { estate: loaded.estate }),
      digestOf: (estate) => estateDigest(estate, sha256Digest),
      clock: systemClock(),
    });
    await writeFileAtomically(out, `${JSON.stringify(inventory, null, 2)}\n`);
    this.print(renderInventory(inventory, out));
    if (isPartial) this.endWith(ExitCode.preflight);
    return { file: out, inventory };
  }

  async #discover(loaded: Awaited<ReturnType<typeof loadEstate>>, forks: number): Promise<Inventory> {
    const world = openWorld(loaded);
    try {
      return await discover(loaded.estate, world, {
        estateDigest: loaded.digest,
        forks,
        isOnlyRound: true,
        onProgress: ({ kind, name, done, total, error }) => {
          this.emit({
            event: 'discovered',
            kind,
            name,
            done,
            total,
            ...(error === undefined ? {} : { code: error.code }),
          });
          this.note(
            `[${done}/${total}] ${kind} ${name}: ${error === undefined ? 'done' : `${error.code} ${error.causeText}`}`,
          );
        },
      });
    } finally {
      await world.close();
    }
  }
}
