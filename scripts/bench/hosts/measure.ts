import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import type { Farm } from './farm.ts';
import { childCpuSeconds, cpuSeconds, descendantsOf, peakResidentKib, pidsNaming, residentKib } from './processes.ts';
import type { Tool } from './tool.ts';

const SAMPLE_MS = 250;
const GIVE_UP_MS = 15 * 60_000;

/** One run of one tool. */
export interface Run {
  tool: string;
  scenario: string;
  round: number;
  wallMs: number;
  /** Hosts that the tool has facts of. */
  answered: number;
  exitCode: number;
  /** CPU of the tool, its ssh clients with it, and of everything on the hosts' side. */
  controllerCpuSeconds: number;
  hostsCpuSeconds: number;
  /** The most that the tool's own process held, and the sum over all its processes, pages that they share counted each time. */
  peakRssMib: number;
  peakTreeRssMib: number;
  /** Over the last minute, before the run. */
  loadBefore: number;
}

/** Runs a tool in a directory of its own, and looks on. */
export async function measure(tool: Tool, farm: Farm, run: Pick<Run, 'scenario' | 'round'>): Promise<Run> {
  const directory = join(farm.directory, `${run.scenario}-${run.round}-${tool.name.replaceAll(/[^a-z0-9]+/g, '-')}`);
  mkdirSync(directory);
  const [loadBefore = 0] = loadavg();
  const before = { controller: childCpuSeconds(), hosts: hostsCpu(farm) };
  const startedAt = performance.now();
  const ended = await watch(tool, directory);
  const wallMs = Math.round(performance.now() - startedAt);
  const leftBehind = endLeftovers(directory);
  return {
    tool: tool.name,
    ...run,
    wallMs,
    answered: tool.countAnswers(directory),
    exitCode: ended.exitCode,
    controllerCpuSeconds: round(childCpuSeconds() - before.controller + leftBehind),
    hostsCpuSeconds: round(hostsCpu(farm) - before.hosts),
    peakRssMib: Math.round(ended.peakKib / 1024),
    peakTreeRssMib: Math.round(ended.peakTreeKib / 1024),
    loadBefore: round(loadBefore),
  };
}

interface Ended {
  exitCode: number;
  peakKib: number;
  peakTreeKib: number;
}

async function watch(tool: Tool, directory: string): Promise<Ended> {
  const [program = '', ...args] = tool.argv(directory);
  const files = [tool.input ?? '/dev/null', join(directory, 'stdout'), join(directory, 'stderr')];
  const stdio = files.map((file, index) => openSync(file, index === 0 ? 'r' : 'w'));
  const env = { ...process.env, ...tool.env(directory) };
  const child = spawn(program, args, { cwd: directory, stdio, env, timeout: GIVE_UP_MS });
  stdio.forEach((descriptor) => closeSync(descriptor));
  const ended: Ended = { exitCode: -1, peakKib: 0, peakTreeKib: 0 };
  const timer = setInterval(() => sample(child.pid ?? 0, ended), SAMPLE_MS);
  try {
    ended.exitCode = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', (code) => resolve(code ?? 255));
    });
  } finally {
    clearInterval(timer);
  }
  return ended;
}

function sample(pid: number, ended: Ended): void {
  ended.peakKib = Math.max(ended.peakKib, peakResidentKib(pid));
  const tree = [pid, ...descendantsOf(pid)].reduce((sum, one) => sum + residentKib(one), 0);
  ended.peakTreeKib = Math.max(ended.peakTreeKib, tree);
}

/** Ends connections that a tool keeps for later, so that the next run opens its own. Returns what they cost. */
function endLeftovers(directory: string): number {
  return pidsNaming(directory).reduce((sum, pid) => {
    const cost = cpuSeconds(pid);
    process.kill(pid, 'SIGTERM');
    return sum + cost;
  }, 0);
}

/** Of all hosts so far: each sshd, and what ran below it and ended. */
function hostsCpu({ pids, isolated }: Farm): number {
  const servers = isolated ? pids.flatMap((pid) => descendantsOf(pid).slice(0, 1)) : pids;
  return servers.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
