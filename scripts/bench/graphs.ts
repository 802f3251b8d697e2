import { parseArgs } from 'node:util';
import { prepareGraphs, removeGraphs } from './graphs/files.ts';
import { printGraphs, printTerraform } from './graphs/report.ts';
import { planByTerraform, terraformVersion } from './graphs/terraform.ts';
import { graphTools, measureTool, type GraphRun } from './graphs/tools.ts';
import { keepResult } from './waves/environment.ts';
import { nodePeers, pythonPeers } from './waves/peers.ts';

/**
 * `npm run bench -- graphs`: strongly connected components and topological order by mesh, graphology, graphlib, networkx
 * and igraph, each in a process of its own; and `terraform plan` of the same edges. Asserts nothing about time.
 */
export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rounds: { type: 'string', default: '3' },
      only: { type: 'string', default: '' },
      'terraform-minutes': { type: 'string', default: '10' },
    },
  });
  const [rounds, minutes] = [Number(values.rounds), Number(values['terraform-minutes'])];
  if (!Number.isInteger(rounds) || rounds < 1 || !(minutes > 0))
    throw new Error('--rounds is a whole number above 0, --terraform-minutes a number above 0');
  const peers = { node: nodePeers(), python: pythonPeers() };
  const graphs = prepareGraphs();
  try {
    const runs: GraphRun[] = [];
    for (let round = 0; round < rounds; round += 1)
      for (const graph of graphs)
        for (const tool of graphTools(peers.node.directory, peers.python.python))
          if (tool.name.includes(values.only) && !hasFailedBefore(runs, tool.name, graph.name))
            runs.push(measureTool(tool, graph, round));
    const terraform = 'terraform'.includes(values.only) ? planByTerraform(graphs, minutes) : [];
    printGraphs(graphs, runs);
    printTerraform(terraform, runs);
    const versions = { ...peers.node.versions, ...peers.python.versions, terraform: terraformVersion() };
    keepResult('graphs', { versions, rounds, graphs: graphs.map(({ file: _, ...graph }) => graph), runs, terraform });
  } finally {
    removeGraphs(graphs);
  }
}

/** A stack that overflows, does so again. */
function hasFailedBefore(runs: readonly GraphRun[], tool: string, graph: string): boolean {
  return runs.some((run) => run.tool === tool && run.graph === graph && 'failure' in run);
}
