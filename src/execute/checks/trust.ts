import { apartBy, type ClockBounds, furthest, nearestZero } from '../../inventory/clock-skew.ts';
import { inWords } from '../../inventory/credentials.ts';
import type { Answer, CheckKind, CheckOf } from '../../plans/check.ts';
import { readClusterClock } from '../../probes/active/cluster-clock.ts';
import type { CheckReader, World } from '../handler.ts';
import { type ProxyState, readProxyState } from '../operations/host/credentials.ts';

const YES: Answer = { answer: 'yes' };
const no = (why: string): Answer => ({ answer: 'no', why });
const unknown = (why: string): Answer => ({ answer: 'unknown', why });

/** What is being asked, by the world that is asked: a gate puts its questions at once, and one script answers two of them. */
const underWay = new WeakMap<World, Map<string, Promise<unknown>>>();

/** Asks, unless the same is being asked already: then that answer is this one's too. Nothing is remembered. */
async function together<T>(world: World, what: string, ask: () => Promise<T>): Promise<T> {
  const asked = underWay.get(world) ?? new Map<string, Promise<unknown>>();
  underWay.set(world, asked);
  const present = asked.get(what) as Promise<T> | undefined;
  if (present) return await present;
  const asking = ask().finally(() => asked.delete(what));
  asked.set(what, asking);
  return await asking;
}

const stateOf = (world: World, host: string): Promise<ProxyState> =>
  together(world, `host ${host}`, () => readProxyState(world, host));

/** By this machine's clock, which reads both and is neither: it may be wrong. */
async function clock({ host, cluster, maxSkewSeconds }: CheckOf<'host.clock'>, world: World): Promise<Answer> {
  const asked = together(world, `cluster ${cluster}`, () => readClusterClock(world.kube(cluster), world.clock));
  const [state, { clock: server, findings }] = await Promise.all([stateOf(world, host), asked]);
  if (!state.clock) return unknown(`host ${host} does not tell its time`);
  if (!server) return unknown(findings[0]?.message ?? `cluster ${cluster} does not tell its time`);
  return judgeSkew(apartBy(state.clock, server), { cluster, maxMs: maxSkewSeconds * 1000 });
}

/** @param apart the cluster's clock minus the host's */
function judgeSkew(apart: ClockBounds, { cluster, maxMs }: { cluster: string; maxMs: number }): Answer {
  const nearest = nearestZero(apart);
  const allowed = `${inSeconds(maxMs)} s are allowed`;
  if (Math.abs(nearest) > maxMs) {
    const side = nearest > 0 ? 'behind' : 'ahead of';
    return no(`its clock is at least ${inSeconds(nearest)} s ${side} that of the API server of ${cluster}; ${allowed}`);
  }
  if (furthest(apart) <= maxMs) return YES;
  const [least, most] = [inSeconds(nearest), inSeconds(furthest(apart))];
  return unknown(
    `its clock is ${least} to ${most} s from that of the API server of ${cluster}: answers took too long to tell; ${allowed}`,
  );
}

const inSeconds = (ms: number): string => (Math.abs(ms) / 1000).toFixed(1);

async function outlives({ host, seconds, token }: CheckOf<'credential.outlives'>, world: World): Promise<Answer> {
  const { credentials, clockOffsetMs } = await stateOf(world, host);
  const here = world.clock.now();
  // Its peers look at the certificate by their clocks, and the host by its own: whichever is further on.
  const nowMs = Math.max(here, here - clockOffsetMs);
  const { certificate, tokenExpiresAt } = credentials;
  if (certificate === null) return no('its proxy has no certificate that can be read');
  const [begin, end] = [Date.parse(certificate.notBefore), Date.parse(certificate.notAfter)];
  if (begin > here) return no(`its certificate is not valid before ${certificate.notBefore}`);
  if (end - nowMs < seconds * 1000)
    return no(tooShort('certificate', end - nowMs, seconds) + lifeOf(end - begin, seconds));
  if (token !== true) return YES;
  if (tokenExpiresAt === null) return no('its proxy has no token that can be read, and each renewal needs one');
  const left = Date.parse(tokenExpiresAt) - nowMs;
  return left < seconds * 1000 ? no(`${tooShort('token', left, seconds)}, and each renewal needs one`) : YES;
}

function tooShort(what: string, leftMs: number, seconds: number): string {
  const left = leftMs > 0 ? `is good for ${inWords(leftMs)}` : `ended ${inWords(-leftMs)} ago`;
  return `its ${what} ${left}, and the outage window is ${inWords(seconds * 1000)}`;
}

/** Istio renews at half the life: what is longer than that no certificate of the mesh outlives at all times. */
const lifeOf = (ms: number, seconds: number): string =>
  ms < seconds * 2000 ? `: the mesh’s certificates live for ${inWords(ms)} alone` : '';

/** The checks of what lets a host be trusted, from one look at it. */
export const trustChecks = {
  'host.clock': clock,
  'credential.outlives': outlives,
} satisfies { [K in CheckKind]?: CheckReader<K> };
