import { Flags } from '@oclif/core';
import { MeshCommand } from '../command.ts';
import { ExitCode, isMeshError } from '../errors/index.ts';
import { estateDigest } from '../estate/digest.ts';
import type { Estate } from '../estate/schema.ts';
import type { Inventory } from '../inventory/schema.ts';
import { writeFileAtomically } from '../ports/files.ts';
import { systemClock } from '../ports/clock.ts';
import { sha256Digest } from '../ports/hash.ts';
import { tryOut } from '../probes/active/index.ts';
import { discoverFiles } from '../probes/discover-files.ts';
import { discover, type DiscoverOptions } from '../probes/discover.ts';
import { renderInventory } from '../report/inventory-text.ts';
import { discoverWindow } from './_discover-for.ts';
import { durationFlag } from './_duration.ts';
import { estateFlag, forksFlag } from './_flags.ts';
import { loadEstate, loadEstateIfThere, type LoadedEstate } from './_inputs.ts';
import { mergeFiles } from './_merge.ts';
import { openWorld, type OpenedWorld } from './_world.ts';

interface LookFlags {
  for: number | undefined;
  every: number | undefined;
  active: boolean;
  forks: number;
}

export default class Discover extends MeshCommand<{ file: string; inventory: Inventory }> {
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
      exclusive: ['from-files', 'merge'],
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
      exclusive: ['from-files'],
      description: 'Join these inventories of one estate, and open no connection. Needs no estate file.',
    }),
    active: Flags.boolean({
      exclusive: ['from-files'],
      description:
        'Look, and then try: TCP handshakes and lookups from hosts and pods, by programs that are there. Nothing is created; connections carry no data.',
    }),
    'from-files': Flags.string({
      multiple: true,
      helpValue: 'PATH...',
      description:
        'Read these Kubernetes manifests and environment files, and those in these directories, and open no connection. Works without an estate file too.',
    }),
  };

  /** A window writes what it saw before it ends. */
  protected override readonly stopsItself = this.argv.some((word) => /^--for(=|$)/.test(word));

  async run(): Promise<{ file: string; inventory: Inventory }> {
    const { flags, metadata } = await this.parse(Discover);
    if (flags['from-files'] !== undefined)
      return await this.#readFiles(flags['from-files'], flags, metadata.flags['estate']?.setFromDefault !== true);
    if (flags.merge !== undefined) return await this.#write(await mergeFiles(flags.merge), flags.out);
    const loaded = await loadEstate(flags.estate);
    for (const { error } of loaded.warnings) this.note(error.message);
    const inventory = await this.#look(loaded, flags);
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

  async #write(inventory: Inventory, out: string): Promise<{ file: string; inventory: Inventory }> {
    await writeFileAtomically(out, `${JSON.stringify(inventory, null, 2)}\n`);
    this.print(renderInventory(inventory, out));
    return { file: out, inventory };
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
    if (isPartial) this.endWith(ExitCode.preflight);
    return await this.#write(inventory, out);
  }

  async #look(
    loaded: LoadedEstate,
    { for: forMs, every: everyMs, active, forks }: LookFlags,
  ): Promise<Inventory> {
    if (forMs === undefined)
      return await withWorld(loaded, async (world) => {
        const seen = await discover(loaded.estate, world, {
          estateDigest: loaded.digest,
          forks,
          isOnlyRound: !active,
          onProgress: this.#tell,
        });
        return active ? await this.#tryOut(loaded.estate, seen, world) : seen;
      });
    const seen = await discoverWindow(loaded, {
      forMs,
      everyMs,
      forks,
      interrupt: this.interrupt,
      onProgress: this.#tell,
      emit: (event) => this.emit(event),
      note: (text) => this.note(text),
    });
    // A window that was cut short ends there.
    if (!active || this.interrupt.aborted) return seen;
    return await withWorld(loaded, async (world) => await this.#tryOut(loaded.estate, seen, world));
  }

  async #tryOut(estate: Estate, seen: Inventory, world: OpenedWorld): Promise<Inventory> {
    return await tryOut(estate, seen, world, ({ from, done, total, reason }) => {
      this.emit({ event: 'tried', from, done, total, ...(reason === undefined ? {} : { reason }) });
      this.note(`[${done}/${total}] tries from ${from}: ${reason === undefined ? 'done' : `not all, ${reason}`}`);
    });
  }

  readonly #tell: NonNullable<DiscoverOptions['onProgress']> = ({ kind, name, done, total, error }) => {
    this.emit({ event: 'discovered', kind, name, done, total, ...(error === undefined ? {} : { code: error.code }) });
    this.note(
      `[${done}/${total}] ${kind} ${name}: ${error === undefined ? 'done' : `${error.code} ${error.causeText}`}`,
    );
  };
}

async function withWorld<Result>(loaded: LoadedEstate, work: (world: OpenedWorld) => Promise<Result>): Promise<Result> {
  const world = openWorld(loaded);
  try {
    return await work(world);
  } finally {
    await world.close();
  }
}
