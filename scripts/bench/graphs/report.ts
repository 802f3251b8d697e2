import { quantile } from '../waves/quality.ts';
import type { GraphFile } from './files.ts';
import type { PartsAnswer } from './parts.ts';
import type { TerraformRun } from './terraform.ts';
import type { GraphRun } from './tools.ts';

/** Medians of each tool on each graph, or why it has none. Tools that found other components are named. */
export function printGraphs(graphs: readonly GraphFile[], runs: readonly GraphRun[]): void {
  for (const { name, edges } of graphs) {
    const own = runs.filter(({ graph }) => graph === name);
    const counts = new Set(
      own.flatMap((run) => ('failure' in run ? [] : [`${run.components} components, ${run.edgesBetween} edges`])),
    );
    console.log(`${name}, ${edges} edges: ${[...counts].join(' OR ')}${counts.size > 1 ? ': THE TOOLS DIFFER' : ''}`);
    for (const tool of new Set(own.map((run) => run.tool))) console.log(`  ${tool.padEnd(12)}${cellsOf(own, tool)}`);
  }
}

function cellsOf(runs: readonly GraphRun[], tool: string): string {
  const own = runs.filter((run) => run.tool === tool);
  const failed = own.find((run) => 'failure' in run);
  if (failed && 'failure' in failed) return `   ${failed.failure}`;
  const of = (key: keyof PartsAnswer): number => medianOf(own, key);
  const ms = (key: keyof PartsAnswer): string => `${of(key).toFixed(1)} ms`.padStart(12);
  return `build ${ms('buildMs')}  components ${ms('componentsMs')}  order ${ms('orderMs')}  ${of('peakMiB').toFixed(0).padStart(5)} MiB`;
}

export function medianOf(runs: readonly GraphRun[], key: keyof PartsAnswer): number {
  return quantile(
    runs.flatMap((run) => ('failure' in run ? [] : [run[key]])),
    0.5,
  );
}

/** Beside what mesh takes for the components and their order. */
export function printTerraform(planned: readonly TerraformRun[], runs: readonly GraphRun[]): void {
  for (const { graph, resources, dependencies, leftOut, wallMs, planned: found } of planned) {
    const own = runs.filter((run) => run.graph === graph && run.tool === 'mesh');
    const mesh = medianOf(own, 'componentsMs') + medianOf(own, 'orderMs');
    const said = wallMs === null ? 'no plan within its time' : `${(wallMs / 1000).toFixed(1)} s, ${found} planned`;
    console.log(
      `terraform plan, ${resources} resources, ${dependencies} depends_on (${leftOut} in circles left out): ${said}; mesh: components and order ${mesh.toFixed(1)} ms`,
    );
  }
}
