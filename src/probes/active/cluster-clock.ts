import { isMeshError, meshError } from '../../errors/mesh-error.ts';
import { findingOf } from '../../inventory/finding.ts';
import type { Finding } from '../../inventory/schema.ts';
import type { TriedClock } from '../../inventory/tried-schema.ts';
import type { Clock, KubePort } from '../../ports/contracts.ts';

/** A header tells whole seconds: the server's clock was there, or up to this much later. */
const RESOLUTION_MS = 1000;

/**
 * How far this machine's clock is from that of a cluster's API server, by the date of an answer. Where a balancer answers
 * for the server, its clock is what is read.
 */
export async function readClusterClock(
  kube: KubePort,
  clock: Clock,
): Promise<{ clock?: TriedClock; findings: Finding[] }> {
  const { cluster } = kube;
  const failed = (reason: string): Finding => findingOf('info', cluster, meshError('MW1142', { cluster, reason }));
  try {
    // The first answer may take the time of a connection, which is no time of the server's.
    await kube.date();
    const sentAtMs = clock.now();
    const dateMs = await kube.date();
    const receivedAtMs = clock.now();
    if (dateMs === null) return { findings: [failed('its answer has no date')] };
    const [leastMs, mostMs] = [sentAtMs - dateMs - RESOLUTION_MS, receivedAtMs - dateMs];
    return { clock: { cluster, leastMs: Math.round(leastMs), mostMs: Math.round(mostMs) }, findings: [] };
  } catch (error) {
    if (!isMeshError(error)) throw error;
    return { findings: [failed(error.causeText.replace(/\.$/, ''))] };
  }
}
