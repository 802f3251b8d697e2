import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';
import { versions } from '../../test/lab/settings.ts';
import { type BenchCluster, startCluster } from './kubernetes/cluster.ts';
import { measure, median, type Run } from './kubernetes/measure.ts';
import { amounts, namespaces } from './kubernetes/objects.ts';
import { added, listRequests } from './kubernetes/requests.ts';

const root = join(import.meta.dirname, '..', '..');
const mesh = [process.execPath, join(root, 'bin', 'mesh.js')];
const rounds = 5;

/**
 * `npm run bench -- kubernetes`: how long `mesh discover` takes over ten thousand pods on a real API server, and how much
 * memory beyond what starting takes; beside it, turn by turn, kubectl over the same kinds and istioctl.
 */
export async function run(): Promise<void> {
  const cluster = await startCluster();
  try {
    writeFileSync(join(cluster.directory, 'estate.yaml'), estateText(cluster.kubeconfig));
    const lists = await countLists(cluster);
    const runs = takeTurns(cluster);
    print(runs, lists);
    keep(runs, lists);
  } finally {
    await cluster.stop();
  }
}

/** Once without a clock, which also warms the server's caches for everybody. */
async function countLists(cluster: BenchCluster): Promise<Record<string, number>> {
  const before = await listRequests(cluster);
  measure(commands(cluster)['mesh discover'] ?? [], cluster.directory);
  return added(before, await listRequests(cluster));
}

function commands({ kubeconfig, kubectl, istioctl }: BenchCluster): Record<string, readonly string[]> {
  const kinds = 'deployments,statefulsets,daemonsets,replicasets,pods,services,endpointslices,jobs,cronjobs';
  const wide = 'nodes,namespaces,customresourcedefinitions,mutatingwebhookconfigurations';
  return {
    'mesh --version': [...mesh, '--version'],
    'mesh discover': [...mesh, 'discover', '-f', 'estate.yaml', '-o', 'inventory.json'],
    'kubectl get -o json': [kubectl, '--kubeconfig', kubeconfig, 'get', `${kinds},${wide}`, '-A', '-o', 'json'],
    'istioctl analyze -A': [istioctl, '--kubeconfig', kubeconfig, 'analyze', '-A'],
  };
}

function takeTurns(cluster: BenchCluster): Record<string, Run[]> {
  const all = Object.entries(commands(cluster));
  const runs: Record<string, Run[]> = Object.fromEntries(all.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round += 1)
    // istioctl ends with 79 where it has found something (istioctl/pkg/analyze).
    for (const [name, command] of all) runs[name]?.push(measure(command, cluster.directory, [0, 79]));
  return runs;
}

function print(runs: Record<string, Run[]>, lists: Record<string, number>): void {
  const { deployments, podsEach, configMaps } = amounts;
  console.log(`${deployments * podsEach} pods, ${deployments} Services, ${configMaps} ConfigMaps; median of ${rounds}`);
  const own = runs['mesh discover'] ?? [];
  for (const [name, some] of Object.entries(runs)) {
    const [seconds, cpu, peak] = [secondsOf(some), median(some.map((one) => one.cpuSeconds)), peakOf(some)];
    const ratio = `${(seconds / secondsOf(own)).toFixed(2)} of mesh's time, ${(peak / peakOf(own)).toFixed(2)} of its memory`;
    console.log(
      `${name.padEnd(20)} ${seconds.toFixed(2).padStart(6)} s ${cpu.toFixed(2).padStart(6)} s CPU ${peak.toFixed(0).padStart(5)} MiB   ${ratio}`,
    );
  }
  const beyond = peakOf(own) - peakOf(runs['mesh --version'] ?? []);
  console.log(`mesh discover: ${beyond.toFixed(0)} MiB beyond mesh --version (goal: 2 s, 150 MiB)`);
  const several = Object.entries(lists).filter(([, count]) => count > 1);
  const said = several.map(([name, count]) => `${name} ${count}`).join(', ');
  console.log(
    `lists: ${Object.keys(lists).length} kinds${said === '' ? ', one request each' : `; more than one request: ${said}`}`,
  );
}

/** Raw results, for whoever compares them with others. */
function keep(runs: Record<string, Run[]>, lists: Record<string, number>): void {
  const date = new Date().toISOString();
  const folder = join(root, 'bench', 'results');
  const file = join(folder, `kubernetes-${date.slice(0, 19).replaceAll(':', '')}.json`);
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const machine = {
    cpu: cpus()[0]?.model,
    cpus: cpus().length,
    memoryMiB: Math.round(totalmem() / 2 ** 20),
    load: loadavg(),
  };
  const used = {
    mesh: version,
    node: process.version,
    kubernetes: versions.kubernetes,
    istio: versions.istio,
    kwok: versions.kwok,
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, `${JSON.stringify({ date, versions: used, machine, amounts, lists, runs }, null, 2)}\n`);
  console.log(`raw results: bench/results/${file.slice(folder.length + 1)}`);
}

function secondsOf(runs: readonly Run[]): number {
  return median(runs.map(({ seconds }) => seconds));
}

function peakOf(runs: readonly Run[]): number {
  return median(runs.map(({ peakMiB }) => peakMiB));
}

function estateText(kubeconfig: string): string {
  return `apiVersion: meshway/v1alpha1
kind: Estate
name: bench
provider: { name: istio, cluster: bench }
clusters: [{ name: bench, kubeconfig: ${JSON.stringify(kubeconfig)}, namespaces: [${namespaces.join(', ')}] }]
services:
  - name: app-0001
    state: none
    workload: { cluster: bench, namespace: ${namespaces[1] ?? ''}, kind: Deployment, name: app-0001 }
`;
}
