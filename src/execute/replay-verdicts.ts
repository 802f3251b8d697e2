import { isMeshError } from '../errors/index.ts';
import { judgeEdge, type Span } from '../gates/judge-edge.ts';
import { edgeQuestion } from '../gates/question.ts';
import type { Baseline } from '../journal/run-state.ts';
import type { Gate, Replay, ReplayEdge, Verdict } from '../plans/gate.ts';
import type { Look, Target } from './target.ts';

/** What was seen before the stage, held against what is seen now. Names are asked when the bake is over. */
export async function replayVerdicts(
  { replay, bakeMs, timeoutMs }: Gate,
  target: Target,
  look: Look,
  baseline: Baseline | undefined,
): Promise<Verdict[]> {
  if (!replay) return [];
  if (baseline?.isLost) return [LOST];
  const elapsedMs = look.nowMs - look.sinceMs;
  const span = { elapsedMs, horizonMs: bakeMs + timeoutMs };
  const names = elapsedMs >= bakeMs ? replay.names : [];
  const asked = [
    ...replay.edges.map(async (edge) => [await edgeVerdict(replay, edge, { target, look, span, baseline })]),
    ...names.map(async (one) => await nameVerdicts(one, target, baseline)),
  ];
  return (await Promise.all(asked)).flat();
}

/** Nothing can be compared, and a stage past its commit point could not go back for it: the gate's other tests decide. */
const LOST: Verdict = {
  name: 'replay',
  subject: 'what went on before the stage',
  outcome: 'pass',
  value: null,
  requests: null,
  why: 'not compared: it was on record in the journal that is lost',
};

interface Asking {
  target: Target;
  look: Look;
  span: Span;
  baseline: Baseline | undefined;
}

async function edgeVerdict(
  replay: Replay,
  edge: ReplayEdge,
  { target, look, span, baseline }: Asking,
): Promise<Verdict> {
  const query = edgeQuestion(edge, span.elapsedMs);
  const head = { name: 'replay', subject: edge.subject, value: null, requests: null, query };
  const before = baseline?.edges.find(({ subject }) => subject === edge.subject);
  try {
    return { ...head, ...judgeEdge(replay, before, await target.count(edge, look), span) };
  } catch (error) {
    if (!isMeshError(error)) throw error;
    return { ...head, outcome: 'error', why: error.causeText };
  }
}

/** A host that is told something else now: its resolver was changed, or the name. It may yet come right while the gate asks. */
async function nameVerdicts(
  { host, hostnames }: Replay['names'][number],
  target: Target,
  baseline: Baseline | undefined,
): Promise<Verdict[]> {
  const verdict = (hostname: string, outcome: Verdict['outcome'], why: string): Verdict => ({
    name: 'replay',
    subject: `${hostname} on ${host}`,
    outcome,
    value: null,
    requests: null,
    why,
  });
  try {
    const told = await target.told(host, hostnames);
    return told.map(({ hostname, addresses }) => {
      const before = baseline?.names.find((one) => one.host === host && one.hostname === hostname);
      const now = addresses.join(', ') || 'nothing';
      if (!before)
        return verdict(
          hostname,
          'inconclusive',
          'nothing is on record of it from before the stage: take the stage back, and apply it again',
        );
      const was = before.addresses.join(', ') || 'nothing';
      return was === now || was === 'nothing'
        ? verdict(hostname, 'pass', `told ${now}, as before the stage`)
        : verdict(hostname, 'inconclusive', `told ${now}, and before the stage ${was}`);
    });
  } catch (error) {
    if (!isMeshError(error)) throw error;
    return hostnames.map((hostname) => verdict(hostname, 'error', error.causeText));
  }
}
