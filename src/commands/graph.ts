import { Flags } from '@oclif/core';
import { MeshCommand } from '../command.ts';
import type { Dependency, Inventory } from '../inventory/schema.ts';
import { renderDot } from '../report/graph/dot.ts';
import { foldGraph } from '../report/graph/fold.ts';
import { renderGraphJson } from '../report/graph/json.ts';
import { graphOf } from '../report/graph/model.ts';
import { renderSvg } from '../report/graph/svg.ts';
import { renderGraph, renderMermaid } from '../report/graph-text.ts';
import { estateFlag } from './_flags.ts';
import { loadEstate, loadEstateIfThere, loadInventory } from './_inputs.ts';

/** How each format is made of an inventory. */
const renderers = {
  text: renderGraph,
  mermaid: renderMermaid,
  dot: (inventory: Inventory) => renderDot(graphOf(inventory)),
  json: (inventory: Inventory) => renderGraphJson(graphOf(inventory)),
  svg: (inventory: Inventory) => renderSvg(foldGraph(graphOf(inventory), inventory)),
};

export default class Graph extends MeshCommand<{ dependencies: Dependency[] }> {
  static override summary = 'Show who calls whom, with the evidence.';
  static override description =
    'Reads the inventory and opens no connection. The estate file, where there is one, must be the one of the inventory.';
  static override examples = [
    { description: 'As a table', command: '<%= config.bin %> <%= command.id %>' },
    { description: 'As a picture', command: '<%= config.bin %> <%= command.id %> --format svg > graph.svg' },
    { description: 'As a Mermaid flowchart', command: '<%= config.bin %> <%= command.id %> --format mermaid' },
  ];
  static override flags = {
    estate: estateFlag,
    inventory: Flags.string({
      char: 'i',
      description: 'The inventory that discover wrote.',
      default: 'inventory.json',
    }),
    format: Flags.option({
      description: 'How the graph is printed.',
      options: ['text', 'mermaid', 'dot', 'json', 'svg'] as const,
      default: 'text' as const,
    })(),
  };

  async run(): Promise<{ dependencies: Dependency[] }> {
    const { flags, metadata } = await this.parse(Graph);
    const isDefault = metadata.flags['estate']?.setFromDefault === true;
    const loaded = isDefault ? await loadEstateIfThere(flags.estate) : await loadEstate(flags.estate);
    const { inventory } = await loadInventory(flags.inventory, loaded);
    this.print(renderers[flags.format](inventory));
    return { dependencies: inventory.dependencies };
  }
}
