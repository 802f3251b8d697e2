import { Flags } from '@oclif/core';
import { MeshCommand } from '../command.ts';
import { ExitCode } from '../errors/index.ts';
import type { Inventory } from '../inventory/schema.ts';
import { writeFileAtomically } from '../ports/files.ts';
import { discover } from '../probes/discover.ts';
import { renderInventory } from '../report/inventory-text.ts';
import { estateFlag } from './_flags.ts';
import { loadEstate } from './_inputs.ts';
import { openWorld } from './_world.ts';

export default class Discover extends MeshCommand<{ file: string; inventory: Inventory }> {
  static override summary = 'Look at all hosts and clusters of an estate and write an inventory.';
  static override description =
    'Changes nothing. One that does not answer is a finding and never loses the others; the command then ends with status 9.';
  static override examples = [
    { description: 'Discover what estate.yaml names', command: '<%= config.bin %> <%= command.id %>' },
    { description: 'Name the files', command: '<%= config.bin %> <%= command.id %> -f estate.yaml -o inventory.json' },
  ];
  static override flags = {
    estate: estateFlag,
    out: Flags.string({ char: 'o', description: 'Where the inventory goes.', default: 'inventory.json' }),
  };

  async run(): Promise<{ file: string; inventory: Inventory }> {
    const { flags } = await this.parse(Discover);
    const loaded = await loadEstate(flags.estate);
    const inventory = await this.#discover(loaded);
    await writeFileAtomically(flags.out, `${JSON.stringify(inventory, null, 2)}\n`);
    this.print(renderInventory(inventory, flags.out));
    const { hosts, clusters } = loaded.estate;
    if (inventory.hosts.length < hosts.length || inventory.clusters.length < clusters.length)
      this.endWith(ExitCode.preflight);
    return { file: flags.out, inventory };
  }

  async #discover(loaded: Awaited<ReturnType<typeof loadEstate>>): Promise<Inventory> {
    const world = openWorld(loaded);
    try {
      return await discover(loaded.estate, world, {
        estateDigest: loaded.digest,
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
