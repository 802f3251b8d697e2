import { inWords } from '../../inventory/credentials.ts';
import type { Rehearsal, TimelineEntry } from '../../execute/world/rehearse.ts';
import { describe } from '../run-lines.ts';

/** `1 min 5 s`, as it is said. */
export const span = (ms: number): string => inWords(Math.round(ms / 1000) * 1000);
/** `0:01:05`, for columns. */
export function clockTime(ms: number): string {
  const seconds = Math.round(ms / 1000);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${Math.floor(seconds / 3600)}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
}
export const percent = (share: number): string => `${Number((share * 100).toFixed(1))} %`;
export const count = (value: number): string => Math.round(value).toLocaleString('en-US');

/** One line of the timeline. */
export interface Line {
  atMs: number;
  text: string;
  kind: 'step' | 'good' | 'bad' | 'fault';
}

/** What happened, in order; a gate that says the same again is told once. */
export function linesOf({ timeline }: Pick<Rehearsal, 'timeline'>): Line[] {
  const said = new Map<string, string>();
  return timeline.flatMap((entry): Line[] => {
    const text = wordsOf(entry);
    if (text === undefined) return [];
    // A look before the end of a bake tells nothing but that it fails.
    if (entry.event === 'gate.asked' && entry.phase !== undefined && entry.outcome !== 'fail') return [];
    if (entry.event === 'gate.asked') {
      if (said.get(entry.of) === text) return [];
      said.set(entry.of, text);
    }
    return [{ atMs: entry.atMs, text, kind: kindOf(entry) }];
  });
}

function wordsOf(entry: TimelineEntry): string | undefined {
  if (entry.event === 'fault') return `fault: ${entry.what}`;
  if (entry.event === 'killed') return 'the process is killed';
  if (entry.event === 'started-again') return 'apply is started again, and carries on';
  if (entry.event === 'step.started' && entry.interruption === 'none') return undefined;
  if (entry.event === 'gate.baking' || entry.event === 'run.opened') return undefined;
  if (entry.event === 'stage.baseline' && entry.lack === undefined) return undefined;
  const [first, ...more] = describe(entry);
  const isBad = entry.event === 'gate.asked' && entry.outcome !== 'pass';
  return isBad
    ? [first, ...more.filter((line) => !line.startsWith('  pass')).map((line) => line.trim())].join('; ')
    : first;
}

function kindOf(entry: TimelineEntry): Line['kind'] {
  switch (entry.event) {
    case 'fault':
    case 'killed':
      return 'fault';
    case 'step.failed':
    case 'retreat':
      return 'bad';
    case 'gate.asked':
      return entry.outcome === 'pass' ? 'good' : 'bad';
    default:
      return 'step';
  }
}

/** The figures of a rehearsal, each with what it means. */
export function figuresOf({ traffic, tookMs, expectedMs, stages }: Rehearsal): [string, string][] {
  const { serving, surviving, survivingBefore, exposure, requests, lost, pastProxy } = traffic;
  const unanswered = Object.entries(lost).filter(([, value]) => value >= 0.5);
  return [
    ['Time', `${span(tookMs)}; the plan expects ${span(expectedMs)} for all of it`],
    ['Stages done', `${stages.done} of ${stages.of}`],
    [
      'Least served',
      serving.share < 1
        ? `${serving.of}: ${percent(serving.share)} of its calls answered, at ${clockTime(serving.atMs)}`
        : 'every service answered all of its calls at every moment',
    ],
    ...(surviving
      ? [
          [
            'If a site is lost',
            `${percent(surviving.share)} of all calls are still answered at the worst moment (${surviving.of}, at ${clockTime(surviving.atMs)}); ${percent(survivingBefore ?? 0)} before anything is changed`,
          ] satisfies [string, string],
        ]
      : []),
    [
      'Half in the mesh',
      `${count(exposure.requests)} calls with a proxy at one end alone; at most ${exposure.mostPerSecond.toFixed(1)} per second, at ${clockTime(exposure.atMs)}`,
    ],
    ['Past the proxy', `${count(pastProxy)} calls on connections older than the capture`],
    [
      'Not answered',
      unanswered.length === 0
        ? `none of ${count(requests)} calls`
        : `${unanswered.map(([why, value]) => `${count(value)} (${why})`).join(', ')} of ${count(requests)} calls`,
    ],
  ];
}

/** How it ends, in a sentence. */
export function endOf({ end }: Rehearsal): string {
  if (end.stopped === undefined) return `reaches its goal (${end.goal ?? 'end'}), status ${end.exit}`;
  return `stops at ${end.stopped.at} with status ${end.exit}: ${end.stopped.code} ${end.stopped.title}`;
}
