import { CAPTURE_UNIT, KEEPER_UNIT, PROXY_UNIT } from '../../../plans/host-paths.ts';
import type { World } from '../../handler.ts';
import type { HostFacts } from './host-facts.ts';
import { CAPTURE_STATE_SCRIPT } from './scripts/capture.ts';
import { runOnHost } from './session.ts';

export const CAPTURE_UNITS = { proxy_unit: PROXY_UNIT, capture_unit: CAPTURE_UNIT, keeper_unit: KEEPER_UNIT };

/** Reads how a capture stands; with the rules, whether it is this very one. */
export async function readCapture(world: World, host: string, rules = ''): Promise<HostFacts> {
  return await runOnHost(world, {
    host,
    action: 'looking at the capture',
    script: CAPTURE_STATE_SCRIPT,
    variables: { ...CAPTURE_UNITS, rules },
  });
}

/** In force as it was loaded, confirmed, disarmed, and lasting over a boot. */
export function isConfirmed(facts: HostFacts): boolean {
  return (
    facts.has('outcome', 'confirmed') &&
    facts.has('complete') &&
    !facts.has('deadman') &&
    facts.all('enabled').length === 2
  );
}

/** No rule of ours, and nothing that would bring one back. */
export function isPlain(facts: HostFacts): boolean {
  return !facts.has('live') && !facts.has('deadman') && !facts.has('enabled', CAPTURE_UNIT);
}
