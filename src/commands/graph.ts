import { Flags } from '@oclif/core';
import { MeshCommand } from '../command.ts';
import type { Dependency } from '../inventory/schema.ts';
import { renderGraph, renderMermaid } from '../report/graph-text.ts';
import { estateFlag } from './_flags.ts';
import { loadEstate, loadInventory } from './_inputs.ts';

export default class Graph extends MeshCommand<{ dependencies: Dependency[] }> {
  static override summary = 'Show who calls whom, with the evidence.';
  static override description = 'Reads the inventory and opens no connection.';
  static override examples = [
    { description: 'As a table', command: '<%= config.bin %> <%= command.id %>' },
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
      options: ['text', 'mermaid'] as const,
      default: 'text' as const,
    })(),
  };

  async run(): Promise<{ dependencies: Dependency[] }> {
    const { flags } = await this.parse(Graph);
    const { inventory } = await loadInventory(flags.inventory, await loadEstate(flags.estate));
    this.print(flags.format === 'mermaid' ? renderMermaid(inventory) : renderGraph(inventory));
    return { dependencies: inventory.dependencies };
  }
}
