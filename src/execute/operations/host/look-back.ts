import { meshError, type MeshError } from '../../../errors/index.ts';
import { CAPTURE_UNIT, PROXY_UNIT } from '../../../plans/host-paths.ts';
import type { OperationOf } from '../../../plans/operation.ts';
import type { OperationContext, World } from '../../handler.ts';
import type { HostFacts } from './host-facts.ts';
import { LOOK_BACK_STATE_SCRIPT } from './scripts/look-back.ts';
import { changeHost, runOnHost } from './session.ts';

/** What is looked back on: a unit of a host, the ports it serves, and for how long. */
export type LookBack = Pick<OperationOf<'host.retire'>, 'host' | 'unit' | 'ports' | 'seconds'>;

/** So much of a look-back is waited for; of a longer one the end is said, and the run pauses. */
const WAIT_SECONDS = 120;
const POLL_MS = 1000;

function variablesOf({ unit, ports, seconds }: LookBack): Record<string, string> {
  return { unit, ports: ports.join(' '), seconds: String(seconds), proxy_unit: PROXY_UNIT, capture_unit: CAPTURE_UNIT };
}

/** How far the look-back and the end of the unit have come. Changes nothing. */
export async function readLookBack(lookBack: LookBack, world: World, run: string): Promise<HostFacts> {
  const { host, unit } = lookBack;
  const variables = { ...variablesOf(lookBack), run };
  return await runOnHost(world, {
    host,
    action: `looking who calls ${unit}`,
    script: LOOK_BACK_STATE_SCRIPT,
    variables,
  });
}

/**
 * Runs a script that looks, again and again until the look-back is over, and returns what it said then.
 * @throws MW1433 somebody called, so that the look-back begins anew; MW1434 it lasts longer than is waited for
 */
export async function throughLookBack(
  lookBack: LookBack,
  context: OperationContext,
  script: { script: string; action: string; variables?: Record<string, string> },
): Promise<HostFacts> {
  const variables = { ...variablesOf(lookBack), ...script.variables };
  for (;;) {
    const facts = await changeHost(context, { ...script, host: lookBack.host, variables });
    if (facts.has('verdict', 'called')) throw called(lookBack, facts);
    if (facts.has('verdict', 'over') || facts.has('retired')) return facts;
    const left = Number(facts.last('left') || lookBack.seconds);
    if (left > WAIT_SECONDS || !(await context.world.clock.sleep(Math.min(POLL_MS, left * 1000))))
      throw notOver(lookBack, facts, left, context);
  }
}

function called({ host, unit, ports, seconds }: LookBack, facts: HostFacts): MeshError {
  return meshError('MW1433', { unit, host, ports: ports.join(', '), who: whoCalled(facts), seconds });
}

/** Who it was, as far as the host knows; a counter alone has no names. */
export function whoCalled(facts: HostFacts): string {
  const [connections, requests] = [Number(facts.last('connections')), Number(facts.last('requests'))];
  const counted = [
    ...(connections > 0 ? [`${connections} new connection(s)`] : []),
    ...(requests > 0 ? [`${requests} request(s) through the proxy`] : []),
  ].join(' and ');
  const peers = facts.all('peer').join(', ');
  if (peers !== '') return counted === '' ? peers : `${peers} (${counted})`;
  const open = facts.all('open').join(', ');
  if (open !== '') return `somebody (${counted}); connections that are known now are of ${open}`;
  return `somebody (${counted}): only a counter of the host moved, nobody was seen`;
}

function notOver(
  { host, unit, seconds }: LookBack,
  facts: HostFacts,
  left: number,
  { world }: OperationContext,
): MeshError {
  const ends = new Date(world.clock.now() + left * 1000).toISOString();
  const anew = 'A boot, a new capture or a restart of the proxy took the counters back: the look-back begins anew.';
  return meshError(
    'MW1434',
    { unit, host, seconds, left, ends },
    { details: facts.has('verdict', 'anew') ? [anew] : [] },
  );
}
