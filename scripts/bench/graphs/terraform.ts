import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strongComponents } from '../../../src/graph/strong-components.ts';
import { edgesOf, type GraphFile } from './files.ts';

/** `terraform plan` of one resource a node; nothing is created. */
export interface TerraformRun {
  graph: string;
  resources: number;
  dependencies: number;
  /** Calls in circles, which terraform has no plan for. */
  leftOut: number;
  wallMs: number | null;
  /** Of those that were to be planned: all, or the run does not count. */
  planned: number;
  words: string;
}

/** No configuration of its user, and no question whether there is a newer one. */
const env = { ...process.env, TF_CLI_CONFIG_FILE: '/dev/null', CHECKPOINT_DISABLE: '1', TF_IN_AUTOMATION: '1' };
const LARGEST = 5000;

/** The version on the PATH; undefined where there is none. */
export function terraformVersion(): string | undefined {
  const { status, stdout } = spawnSync('terraform', ['version', '-json'], { env, encoding: 'utf8' });
  return status === 0 ? (JSON.parse(stdout) as { terraform_version: string }).terraform_version : undefined;
}

/** Estates of up to five thousand nodes; what is not done after so many minutes is said to be so. */
export function planByTerraform(graphs: readonly GraphFile[], minutes: number): TerraformRun[] {
  if (terraformVersion() === undefined) {
    console.log('terraform is not on the PATH: it is not measured.');
    return [];
  }
  return graphs
    .filter(({ name, nodes }) => name.startsWith('estate') && nodes <= LARGEST)
    .map((graph) => planned(graph, minutes * 60_000));
}

function planned(graph: GraphFile, timeout: number): TerraformRun {
  const directory = mkdtempSync(join(tmpdir(), 'mesh-bench-terraform-'));
  try {
    const { text, dependencies } = configurationOf(graph);
    writeFileSync(join(directory, 'main.tf.json'), text);
    const terraform = (...args: string[]) =>
      spawnSync('terraform', args, { cwd: directory, env, encoding: 'utf8', timeout, maxBuffer: 1e9 });
    const initialised = terraform('init', '-no-color', '-input=false');
    if (initialised.status !== 0) throw new Error(`terraform init: ${initialised.stderr.slice(-500)}`);
    const started = performance.now();
    const { status, stdout, stderr } = terraform('plan', '-no-color', '-input=false', '-lock=false', '-refresh=false');
    const wallMs = status === 0 ? performance.now() - started : null;
    const found = Number(/Plan: (\d+) to add/.exec(stdout)?.[1] ?? 0);
    const counts = { resources: graph.nodes, dependencies, leftOut: graph.edges - dependencies, planned: found };
    return { graph: graph.name, ...counts, wallMs, words: /Error: .*/.exec(stderr)?.[0].slice(0, 300) ?? '' };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** terraform_data is built in: no provider has to be had. A caller depends on its callees. */
function configurationOf(graph: GraphFile): { text: string; dependencies: number } {
  const { count, from, to } = edgesOf(graph);
  const { of } = strongComponents(count, from, to);
  const callees = Array.from({ length: count }, (): string[] => []);
  for (let edge = 0; edge < from.length; edge += 1)
    if (of[from[edge]!] !== of[to[edge]!]) callees[from[edge]!]!.push(`terraform_data.n${to[edge]}`);
  const resources = callees.map((names, node) => [`n${node}`, names.length > 0 ? { depends_on: names } : {}] as const);
  const text = JSON.stringify({ resource: { terraform_data: Object.fromEntries(resources) } });
  return { text, dependencies: callees.reduce((sum, names) => sum + names.length, 0) };
}
