import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, loadavg, release } from 'node:os';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { forksFor } from '../../src/probes/discover.ts';
import { startFarm, withTroubled, type Farm } from './hosts/farm.ts';
import { measure, type Run } from './hosts/measure.ts';
import { installPeers, type Peers } from './hosts/peers.ts';
import { PYINFRA_FACTS } from './hosts/python-tools.ts';
import { printRatios, printTable, ratiosOf } from './hosts/report.ts';
import { CONNECT_SECONDS, type Task, type Tool } from './hosts/tool.ts';
import { prepareTask, toolsOf } from './hosts/tools.ts';

const root = join(import.meta.dirname, '..', '..');
const results = join(root, 'bench', 'results');

interface Settings {
  hosts: number;
  forks: number;
  rounds: number;
  defaults: boolean;
  only: string;
}

/**
 * `npm run bench -- hosts`: facts of 200 real sshd endpoints by mesh and by its peers, run in turns. Prints medians and
 * ratios, and keeps every run in bench/results. Asserts nothing about time.
 */
export async function run(args: readonly string[]): Promise<void> {
  const settings = settingsOf(args);
  const peers = installPeers();
  console.log(`Starting ${settings.hosts} sshd processes on 127.77.0.0/16, beside slow and silent ones.`);
  const slow = Math.round(settings.hosts * 0.05);
  const silent = Math.round(settings.hosts * 0.02);
  const farm = await startFarm({ healthy: settings.hosts, slow, silent });
  try {
    const about = { ...environmentOf(farm, peers), settings, slow, silent };
    const { tools, runs } = await measureAll(farm, peers, settings);
    const ratios = ratiosOf(tools, runs, CONNECT_SECONDS);
    for (const scenario of ['healthy', 'troubled']) printTable(scenario, tools, runs, settings.hosts);
    printRatios(ratios);
    console.log(`key exchange ${about.keyExchange}, ${about.cpus} CPUs`);
    keep({ ...about, ratios, runs });
  } finally {
    await farm.stop();
  }
}

function settingsOf(args: readonly string[]): Settings {
  const { values } = parseArgs({
    args: [...args],
    options: {
      hosts: { type: 'string', default: '200' },
      forks: { type: 'string', default: String(forksFor(availableParallelism())) },
      rounds: { type: 'string', default: '3' },
      only: { type: 'string', default: '' },
      defaults: { type: 'boolean', default: false },
    },
  });
  const { only, defaults } = values;
  const [hosts = 0, forks = 0, rounds = 0] = [values.hosts, values.forks, values.rounds].map(Number);
  if (![hosts, forks, rounds].every((value) => Number.isInteger(value) && value > 0))
    throw new Error('--hosts, --forks and --rounds are whole numbers above 0');
  return { hosts, forks, rounds, only, defaults };
}

/** Rounds of all tools, each beginning with another one; the troubled hosts in each round after the healthy ones. */
async function measureAll(farm: Farm, { bin }: Peers, settings: Settings): Promise<{ tools: Tool[]; runs: Run[] }> {
  const healthy = farm.endpoints.filter(({ kind }) => kind === 'healthy');
  const tasks: [string, Task][] = [
    ['healthy', prepareTask(farm, 'healthy', healthy, settings.forks, bin)],
    ['troubled', prepareTask(farm, 'troubled', withTroubled(farm.endpoints), settings.forks, bin)],
  ];
  const runs: Run[] = [];
  for (let round = 0; round < settings.rounds; round++)
    for (const [scenario, task] of tasks)
      for (const tool of inTurn(toolsOf(task, settings), round, scenario, settings.only))
        runs.push(said(await measure(tool, farm, { scenario, round })));
  return { tools: toolsOf(tasks[0]![1], settings), runs };
}

function inTurn(tools: readonly Tool[], round: number, scenario: string, only: string): Tool[] {
  const due = tools
    .filter(({ isRepeated }) => isRepeated || (round === 0 && scenario === 'healthy'))
    .filter(({ name }) => name.includes(only));
  const first = round % Math.max(1, due.length);
  return [...due.slice(first), ...due.slice(0, first)];
}

function said(run: Run): Run {
  console.log(
    `${run.scenario} ${run.round + 1}: ${run.tool}: ${(run.wallMs / 1000).toFixed(1)} s, ${run.answered} answers, status ${run.exitCode}`,
  );
  return run;
}

function environmentOf(farm: Farm, { versions }: Peers) {
  return {
    at: new Date().toISOString(),
    cpus: cpus().length,
    cpuModel: cpus()[0]?.model ?? 'unknown',
    kernel: `${release()} ${arch()}`,
    load: loadavg(),
    node: process.version,
    openssh: spawnSync('ssh', ['-V'], { encoding: 'utf8' }).stderr.trim(),
    keyExchange: keyExchange(farm),
    versions,
    pyinfraFacts: PYINFRA_FACTS,
    commit: spawnSync('git', ['rev-parse', 'HEAD'], { cwd: root, encoding: 'utf8' }).stdout.trim(),
    hostsSeeOwnProcessesOnly: farm.isolated,
  };
}

/** What client and server agree on: it decides what a connection costs the client. */
function keyExchange(farm: Farm): string {
  const { sshOptions } = prepareTask(farm, 'once', farm.endpoints, 1, '');
  const { stderr } = spawnSync('ssh', ['-v', ...sshOptions, '--', `${farm.user}@127.77.1.1`, 'true'], {
    encoding: 'utf8',
  });
  return /kex: algorithm: (\S+)/.exec(stderr)?.[1] ?? 'unknown';
}

function keep(result: { at: string; runs: Run[]; [about: string]: unknown }): void {
  mkdirSync(results, { recursive: true });
  const file = join(results, `hosts-${result.at.replaceAll(/[:.]/g, '-')}.json`);
  writeFileSync(file, `${JSON.stringify(result, null, 2)}\n`);
  console.log(`all runs: ${relative(root, file)}`);
}
