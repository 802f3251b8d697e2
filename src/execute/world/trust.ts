import type { Answer, CheckOf } from '../../plans/check.ts';
import { PROXY_UNIT } from './mesh-view.ts';
import type { EstateModel } from './model.ts';
import type { ModelHost } from './state.ts';

const HOUR_MS = 3_600_000;
/** Istio's certificates live for a day, and are renewed at half of it. */
const LIFE_MS = 24 * HOUR_MS;
const RENEWED_MS = LIFE_MS / 2;

/** How far a host's clock is off in the model; the API server's is right. */
export function clockIn({ clockOffMs }: ModelHost, { cluster, maxSkewSeconds }: CheckOf<'host.clock'>): Answer {
  if (Math.abs(clockOffMs) <= maxSkewSeconds * 1000) return { answer: 'yes' };
  const side = clockOffMs > 0 ? 'ahead of' : 'behind';
  const seconds = (Math.abs(clockOffMs) / 1000).toFixed(1);
  return {
    answer: 'no',
    why: `its clock is ${seconds} s ${side} that of the API server of ${cluster}; ${maxSkewSeconds} s are allowed`,
  };
}

/** How long the certificate of a host's proxy is good. The model's authority is istiod: no token matters. */
export function outlivesIn(
  { nowMs }: EstateModel,
  host: ModelHost,
  { seconds }: CheckOf<'credential.outlives'>,
): Answer {
  const endsAt = endOf(host, nowMs);
  if (endsAt === undefined) return { answer: 'no', why: 'its proxy has no certificate that can be read' };
  if (endsAt - nowMs >= seconds * 1000) return { answer: 'yes' };
  const left = Math.round((endsAt - nowMs) / 1000);
  return { answer: 'no', why: `its certificate is good for ${left} s, and the outage window is ${seconds} s` };
}

function endOf({ units, certificateEndsAt }: ModelHost, nowMs: number): number | undefined {
  if (certificateEndsAt !== undefined) return certificateEndsAt;
  const [since] = [...units].flatMap(([unit, startedAt]) => (PROXY_UNIT.test(unit) ? [startedAt] : []));
  return since === undefined ? undefined : nowMs - ((nowMs - since) % RENEWED_MS) + LIFE_MS;
}
