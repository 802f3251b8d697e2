import { isMeshError } from '../errors/index.ts';
import type { EdgeBefore, NameBefore } from '../journal/entry.ts';
import type { Replay, ReplayEdge } from '../plans/gate.ts';
import type { Decision } from './decision.ts';
import type { Execution } from './execution.ts';
import type { Target } from './target.ts';

interface Seen {
  edges: EdgeBefore[];
  names: NameBefore[];
  /** What could not be seen. */
  lacks: string[];
}

/** Looks what goes on before a stage, and keeps it in the journal: after the stage it is compared with that, whoever asks. */
export async function takeBaseline(
  { stage }: Decision & { do: 'baseline' },
  { journal, target, watch }: Pick<Execution, 'journal' | 'target' | 'watch'>,
): Promise<void> {
  const { replay } = stage.gate;
  const { edges, names, lacks } = replay ? await seenNow(replay, target) : { edges: [], names: [], lacks: [] };
  const lack = lacks.length > 0 ? { lack: [...new Set(lacks)].join('; ') } : {};
  watch({ event: 'stage.baseline', stage: stage.id, edges: edges.length, names: names.length, ...lack });
  await journal.append({ type: 'note', note: { about: 'baseline', stage: stage.id, edges, names, ...lack } });
}

async function seenNow(replay: Replay, target: Target): Promise<Seen> {
  const edges = await Promise.all(replay.edges.map((edge) => orLack(edgeBefore(edge, replay, target))));
  const names = await Promise.all(
    replay.names.map(({ host, hostnames }) => orLack(namesBefore(host, hostnames, target))),
  );
  const lacks = [...edges, ...names].filter((one) => typeof one === 'string');
  return {
    edges: edges.filter((one) => typeof one !== 'string'),
    names: names.flatMap((one) => (typeof one === 'string' ? [] : one)),
    lacks,
  };
}

/** A source that cannot be asked is no exception here: it may answer later. */
async function orLack<T>(asked: Promise<T | string>): Promise<T | string> {
  try {
    return await asked;
  } catch (error) {
    if (!isMeshError(error)) throw error;
    return error.causeText;
  }
}

/** The window's two halves, each counted by itself: a call that goes on evenly is in both. */
async function edgeBefore(edge: ReplayEdge, { windowSeconds }: Replay, target: Target): Promise<EdgeBefore | string> {
  const nowMs = target.clock.now();
  const [whole, half] = await Promise.all(
    [1, 0.5].map(async (part) => await target.count(edge, { sinceMs: nowMs - windowSeconds * 1000 * part, nowMs })),
  );
  const { calls = null, failed = null, refused = null } = whole ?? {};
  const later = half?.calls ?? null;
  if (calls === null || later === null || failed === null || refused === null)
    return `nobody counts ${edge.subject}: the proxies of its callers are not scraped, or have not started`;
  return { subject: edge.subject, earlier: Math.max(0, calls - later), later, failed, refused };
}

async function namesBefore(host: string, hostnames: readonly string[], target: Target): Promise<NameBefore[]> {
  return (await target.told(host, hostnames)).map((told) => ({ host, ...told }));
}
