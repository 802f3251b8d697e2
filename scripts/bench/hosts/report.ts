import type { Run } from './measure.ts';
import type { Tool } from './tool.ts';

const BEST_OF_PEERS = 1.5;
const FASTER_THAN_ANSIBLE = 5;
const MEMORY_MIB = 150;

/** The goals, as ratios that were measured; none of them is asserted. */
export interface Ratios {
  /** Our wall time over that of the fastest peer that uses the OpenSSH client: at most 1.5 is the goal. */
  toFastestPeer: number;
  /** The same in CPU seconds of everything, which a busy machine disturbs less. */
  cpuToFastestPeer: number;
  /** Ansible's wall time over ours: at least 5 is the goal. */
  ansibleToOurs: number | null;
  peakRssMib: number;
  /** What slow and silent hosts add to our time, over one connect timeout: at most about 1 is the goal. */
  troubledInTimeouts: number | null;
}

/** Prints one line for each tool: the median of its runs, and from the least to the greatest. */
export function printTable(scenario: string, tools: readonly Tool[], runs: readonly Run[], hosts: number): void {
  console.log(`\n${scenario}`);
  const head = ['wall s', 'min-max', 'answers', 'CPU ms/host here', 'and there', 'MiB', 'tree MiB', 'load'];
  console.log(row(['', ...head]));
  for (const { name } of tools) {
    const own = runs.filter((run) => run.tool === name && run.scenario === scenario);
    if (own.length > 0) console.log(row([name, ...cellsOf(own, hosts)]));
  }
}

function cellsOf(runs: readonly Run[], hosts: number): string[] {
  const walls = runs.map(({ wallMs }) => wallMs / 1000);
  const perHost = (seconds: number): string => ((seconds * 1000) / hosts).toFixed(0);
  return [
    median(walls).toFixed(1),
    `${Math.min(...walls).toFixed(1)}-${Math.max(...walls).toFixed(1)}`,
    `${Math.min(...runs.map(({ answered }) => answered))}/${hosts}`,
    perHost(median(runs.map((run) => run.controllerCpuSeconds))),
    perHost(median(runs.map((run) => run.hostsCpuSeconds))),
    String(Math.max(...runs.map((run) => run.peakRssMib))),
    String(Math.max(...runs.map((run) => run.peakTreeRssMib))),
    median(runs.map(({ loadBefore }) => loadBefore)).toFixed(1),
  ];
}

function row([name = '', ...cells]: readonly string[]): string {
  const widths = [7, 12, 9, 18, 11, 6, 10, 6];
  return name.padEnd(28) + cells.map((cell, index) => cell.padStart(widths[index] ?? 8)).join('');
}

/** Compares what was measured with the goals. */
export function ratiosOf(tools: readonly Tool[], runs: readonly Run[], connectSeconds: number): Ratios {
  const nameOf = (kind: Tool['kind']): string[] => tools.filter((tool) => tool.kind === kind).map(({ name }) => name);
  const of = (name: string, scenario: string, value: (run: Run) => number): number =>
    median(runs.filter((run) => run.tool === name && run.scenario === scenario).map(value));
  const wall = (name: string, scenario = 'healthy'): number => of(name, scenario, ({ wallMs }) => wallMs);
  const cpu = (name: string): number => of(name, 'healthy', (run) => run.controllerCpuSeconds + run.hostsCpuSeconds);
  const [ours = ''] = nameOf('ours');
  const [ansible] = nameOf('facts');
  const added = (wall(ours, 'troubled') - wall(ours)) / 1000;
  return {
    toFastestPeer: wall(ours) / Math.min(...nameOf('peer').map((name) => wall(name))),
    cpuToFastestPeer: cpu(ours) / Math.min(...nameOf('peer').map(cpu)),
    ansibleToOurs: known(ansible === undefined ? Number.NaN : wall(ansible) / wall(ours)),
    peakRssMib: Math.max(...runs.filter(({ tool }) => tool === ours).map((run) => run.peakRssMib)),
    troubledInTimeouts: known(added / connectSeconds),
  };
}

/** Prints each ratio beside its goal. */
export function printRatios(ratios: Ratios): void {
  const line = (name: string, value: number | null, goal: string): void =>
    console.log(
      `${name.padEnd(68)} ${(value === null || !Number.isFinite(value) ? 'not measured' : value.toFixed(2)).padStart(12)}   ${goal}`,
    );
  console.log('');
  line(
    'mesh to the fastest peer with the OpenSSH client, wall',
    ratios.toFastestPeer,
    `goal: ${BEST_OF_PEERS} at most`,
  );
  line('the same in CPU seconds of controller and hosts', ratios.cpuToFastestPeer, '');
  line('Ansible to mesh, wall', ratios.ansibleToOurs, `goal: ${FASTER_THAN_ANSIBLE} at least`);
  line('peak RSS of mesh itself, MiB', ratios.peakRssMib, `goal: ${MEMORY_MIB} at most`);
  line('what slow and silent hosts add to mesh, in connect timeouts', ratios.troubledInTimeouts, 'goal: 1 or so');
}

/** NaN, where there are none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

function known(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
