import { inWords } from '../../inventory/credentials.ts';
import type { Gate } from '../../plans/gate.ts';
import { limitWords } from '../../plans/metric-parts.ts';
import type { Stage, Step } from '../../plans/plan.ts';
import { type PlanFacts, nameOf, type TimeFacts, type WaveFacts } from './facts.ts';

/** So many names are written out. */
const MAX_NAMES = 6;

/** What an operation does, as a line of a change request; one that is not listed is called by its own name. */
const operations: Readonly<Record<string, string>> = {
  'kube.create': 'makes objects',
  'kube.delete': 'deletes objects of ours',
  'kube.set': 'sets fields',
  'kube.unset': 'gives fields back what they held',
  'route.weights': 'sets weights',
  'host.install': 'installs binaries',
  'host.files': 'writes files',
  'host.unit': 'starts or stops our unit',
  'host.capture': 'captures new connections',
  'host.uncapture': 'ends the capture',
  'host.drain': 'drains the proxy',
  'host.remove': 'removes our files and units',
  'host.recycle': 'waits for old connections, then restarts their owner',
  'host.quiet': 'looks for callers from outside',
  'host.retire': 'stops the unit for good',
  manual: 'a person',
};

/** What operations do, each kind once, in their order. */
export function operationWords(all: readonly { op: string }[]): string {
  return [...new Set(all.map(({ op }) => operations[op] ?? op))].join(', ');
}

/** What a step does, with what a person is told to do. */
export function stepWords({ apply }: Pick<Step, 'apply'>): string {
  const told = apply.flatMap((one) => (one.op === 'manual' ? [one.instruction] : []));
  return [operationWords(apply), ...told].join(': ');
}

/** How a step is undone. */
export function undoWords({ revert }: Pick<Step, 'revert'>): string {
  if (revert === 'irreversible') return 'cannot be undone';
  return revert.length === 0 ? 'nothing to undo' : operationWords(revert);
}

const interruptions: Readonly<Record<Step['interruption'], string>> = {
  none: 'none',
  restart: 'restart',
  'connection-reset': 'may cut connections',
};

/** What a step does to traffic, as declared. */
export function interruptionWords({ interruption }: Pick<Step, 'interruption'>): string {
  return interruptions[interruption];
}

/** `3 checks, 2 metrics, watched for 11 s`. */
export function gateWords({ checks, metrics, bakeMs }: Gate): string {
  return `${count(checks.length, 'check')}, ${count(metrics.length, 'metric')}, watched for ${inWords(bakeMs)}`;
}

/** What a gate's metrics must be, each once: `error-rate: web to catalog <= 0.001`. */
export function metricWords({ metrics }: Gate): string[] {
  return metrics.map((metric) => `${metric.name}: ${metric.subject} ${limitWords(metric)}`);
}

/** `1 stage`, `2 stages`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? '' : 's'}`;
}

/** Names as part of a sentence: the first few, and how many more. */
export function namesWords(names: readonly string[], most = MAX_NAMES): string {
  const shown = names.slice(0, most).join(', ');
  return names.length > most ? `${shown} and ${names.length - most} more` : shown;
}

/** `predicted 12 min`, with what is known of the rest. */
export function timeWords({ seconds, unpredicted, watchedMs }: TimeFacts): string {
  const watched = `gates watch ${inWords(watchedMs)} at least`;
  if (seconds === undefined) return `not predicted; ${watched}`;
  const rest = unpredicted === 0 ? '' : `, and ${count(unpredicted, 'stage')} that nobody predicts`;
  return `${inWords(seconds * 1000)} predicted${rest}; ${watched}`;
}

const moves: Readonly<Record<string, string>> = {
  join: 'joins the mesh',
  publish: 'gets its name published',
  shift: 'moves to its twin',
  recycle: 'ends old connections',
  enforce: 'refuses plaintext',
  retire: 'stops its old unit',
};

/** A move, as a sentence about a service. */
export function moveWords(move: Stage['move']): string {
  return moves[move] ?? move;
}

/** `join: catalog, web; shift: pricing`. */
export function waveTitle({ stages }: Pick<WaveFacts, 'stages'>): string {
  const byMove = Map.groupBy(stages, ({ move }) => move);
  return [...byMove].map(([move, all]) => `${move}: ${namesWords(all.map(nameOf))}`).join('; ');
}

/** What a wave costs, beside its title. */
export function waveWords({ stages, time, join }: WaveFacts): string {
  const share = join === undefined || join.share === 0 ? '' : `, ${percent(join.share)} of the known requests`;
  return `${count(stages.length, 'stage')}${share}; ${timeWords(time)}`;
}

/** A share as a percentage, to a tenth. */
export function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}

/** The figures at the head of a report: a number and what it counts, with its class. */
export function figuresOf(facts: PlanFacts, stages: number): [kind: string, number: number, words: string][] {
  const plural = (number: number, one: string): string => (number === 1 ? one : `${one}s`);
  const { waves, steps, restarts, cuts, commitPoints, byHand } = facts;
  const figures: [string, number, string][] = [
    ['info', waves.length, 'wave'],
    ['info', stages, 'stage'],
    ['info', steps.length, 'step'],
    ['warning', restarts.length, 'restart'],
    ['warning', cuts.length, 'declared cut'],
    ['error', commitPoints.length, 'commit point'],
    ['info', byHand.length, 'step by hand'],
  ];
  return figures.map(([kind, number, words]) => [
    number === 0 ? 'info' : kind,
    number,
    words === 'step by hand' && number !== 1 ? 'steps by hand' : plural(number, words),
  ]);
}
