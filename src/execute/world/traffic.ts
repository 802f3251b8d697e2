import { isUnitRef } from '../../estate/schema.ts';
import type { Flow, ProxyLabels } from './counters.ts';
import type { Call } from './facts.ts';
import { type Endpoint, hostIn, isExpired, isProxyUp } from './mesh-view.ts';
import { arrival, isMeshed, labelsOf, type Loss, plainEnd, type Scene } from './ends.ts';
import type { WorldState } from './state.ts';

/** A part of one caller's calls that goes one way. */
export interface Stream {
  service: string;
  from: string;
  perSecond: number;
  /** Where they arrive; absent: nowhere. */
  at: Endpoint | undefined;
  loss: Loss | undefined;
  /** Follows the mesh's routes: sent by a proxy that knows the name. */
  routed: boolean;
  /** Goes past a proxy that is there, on a connection older than it. */
  past: boolean;
  /** A proxy at either end, and what crosses the network is mutual TLS. */
  proxied: { caller: boolean; receiver: boolean };
}

export interface Traffic {
  streams: Stream[];
  flows: Flow[];
}

/** Of a unit's calls, those on connections that it opened before its host was captured. */
const PAST_SHARE = 0.1;

/** Who sends what to whom, as all that is there makes it go. */
export function trafficIn(scene: Scene): Traffic {
  const found: Traffic = { streams: [], flows: standing(scene) };
  for (const call of scene.facts.calls) for (const voice of voicesOf(scene, call)) follow(scene, call, voice, found);
  return found;
}

/** A proxy that nobody calls through is scraped all the same: it knows whom it asks for its configuration (Istio's bootstrap). */
function standing({ state: { hosts, pods }, nowMs }: Scene): Flow[] {
  const proxies = [
    ...[...hosts.values()].filter((host) => isProxyUp(host, nowMs)).map(vmLabels),
    ...[...pods.values()].filter((one) => isMeshed(one, nowMs)).map(labelsOf),
  ];
  return proxies.map((proxy) => ({ proxy, cluster: 'xds-grpc', protocol: 'tcp', perSecond: 0, ...WELL }));
}

interface Voice {
  share: number;
  host?: string;
  pods?: string;
}

/** A unit at weight 0 gets no calls, and makes none of those it made for them: its twins do. */
function voicesOf({ mesh, state }: Scene, call: Call): Voice[] {
  const own: Voice = {
    share: 1,
    ...(call.host !== undefined && { host: call.host }),
    ...(call.pods !== undefined && { pods: call.pods }),
  };
  if (call.unitOf === undefined) return [own];
  const moved = mesh.twinShare(call.unitOf);
  const unit = unitOf(state, call) ? 1 - moved : 0;
  const heirs = call.heirs.map((pods): Voice => ({ share: moved / call.heirs.length, pods }));
  return [{ ...own, share: unit }, ...heirs];
}

/** Whether the unit that calls still runs. */
function unitOf({ hosts }: WorldState, { from, host }: Call): boolean {
  const at = hosts.get(host ?? '');
  return at !== undefined && !at.retired.has(from.split('/').at(-1) ?? '');
}

function follow(scene: Scene, call: Call, voice: Voice, found: Traffic): void {
  const { facts, state } = scene;
  const perSecond = call.perSecond * voice.share;
  const service = facts.services.get(call.to);
  if (!service) return;
  const isDown = state.hosts.get(voice.host ?? '')?.isUp === false || state.pods.get(voice.pods ?? '')?.isUp === false;
  const base = { service: call.to, from: voice.host !== undefined ? call.from : (voice.pods ?? call.from) };
  const nowhere = { at: undefined, routed: false, past: false, proxied: { caller: false, receiver: false } };
  if (isDown) return void found.streams.push({ ...base, ...nowhere, perSecond, loss: 'caller down' });
  // A name that was led elsewhere leads off the host.
  const end = isUnitRef(service.workload) && service.workload.host === voice.host ? plainEnd(scene, call) : undefined;
  const isNeighbour = end !== undefined && 'host' in end;
  const proxy = isNeighbour ? undefined : proxyOf(scene, voice, service.port ?? 0);
  const isPast = proxy !== undefined && state.hosts.get(voice.host ?? '')?.past.has(`${call.from} ${call.to}`) === true;
  if (!proxy || isPast)
    plain(
      scene,
      call,
      { ...base, perSecond: isPast ? perSecond * PAST_SHARE : perSecond },
      { isNeighbour, isPast },
      found,
    );
  if (proxy)
    meshed(
      scene,
      call,
      { ...base, perSecond: isPast ? perSecond * (1 - PAST_SHARE) : perSecond },
      { proxy, voice },
      found,
    );
}

type Base = Pick<Stream, 'service' | 'from' | 'perSecond'>;

/** The labels of the proxy that what a caller sends to a port goes through, if one does. */
function proxyOf({ state, nowMs }: Scene, { host, pods }: Voice, port: number): ProxyLabels | undefined {
  const at = state.hosts.get(host ?? '');
  if (at) return at.capture && !at.capture.passing.has(port) && isProxyUp(at, nowMs) ? vmLabels(at) : undefined;
  const own = state.pods.get(pods ?? '');
  return own && isMeshed(own, nowMs) ? labelsOf(own) : undefined;
}

const vmLabels = ({ address }: { address: string }): ProxyLabels => ({ instance: `${address}:15090` });

/** Without a proxy calls follow the name, or the address that the caller has. */
function plain(
  scene: Scene,
  call: Call,
  base: Base,
  { isNeighbour, isPast }: { isNeighbour: boolean; isPast: boolean },
  found: Traffic,
): void {
  const at = plainEnd(scene, call);
  const end = arrival(scene, at, {
    mtls: false,
    isPast,
    isNeighbour,
    port: scene.facts.services.get(call.to)?.port ?? 0,
  });
  const sick = end.loss === undefined && at && 'pods' in at ? illnessOf(scene, call.to, at) : WELL;
  split(
    found,
    { ...base, at, routed: false, past: isPast, proxied: { caller: false, receiver: end.receiver !== undefined } },
    end.loss,
    sick.errors,
  );
  if (end.receiver && end.loss === undefined)
    found.flows.push(inbound(scene, call, end.receiver, base.perSecond, sick));
}

/** Through a proxy calls go where the routes say; a name that it does not know goes on in plaintext. */
function meshed(
  scene: Scene,
  call: Call,
  base: Base,
  { proxy, voice }: { proxy: ProxyLabels; voice: Voice },
  found: Traffic,
): void {
  const knows = scene.mesh.scopeOf(voice);
  const { hostname = '', port = 0, protocol = 'http' } = scene.facts.services.get(call.to) ?? {};
  const isKnown = call.twin === undefined && knows(hostname);
  const backends = isKnown ? scene.mesh.backendsFor(call.to) : undefined;
  const sent = (cluster: string, perSecond: number, sick: { errors: number; slow: number }): number =>
    found.flows.push({ proxy, cluster, protocol, perSecond, ...sick });
  if (!backends) return void plain(scene, call, base, { isNeighbour: false, isPast: false }, found);
  const caller = scene.state.hosts.get(voice.host ?? '');
  const isBarred = caller !== undefined && isExpired(caller, scene.nowMs);
  for (const { cluster, share, endpoints } of backends) {
    const perSecond = base.perSecond * share;
    const healthy = knows(hostIn(cluster)) ? endpoints.filter(({ isUp }) => isUp) : [];
    if (perSecond === 0) {
      sent(cluster, 0, WELL);
      continue;
    }
    if (healthy.length === 0) {
      found.streams.push({
        ...base,
        perSecond,
        at: undefined,
        routed: true,
        past: false,
        proxied: { caller: true, receiver: false },
        loss: 'nobody there',
      });
      sent(cluster, perSecond, { errors: 1, slow: 0 });
    }
    for (const at of healthy) {
      const own = perSecond / healthy.length;
      // Who has no certificate that holds is let in by nobody who asks for one.
      const end =
        isBarred && at.mtls
          ? { loss: 'nobody there' as const, receiver: undefined }
          : arrival(scene, at, { mtls: at.mtls, isPast: false, isNeighbour: false, port });
      const sick = end.loss === undefined && 'pods' in at ? illnessOf(scene, call.to, at) : WELL;
      split(
        found,
        {
          ...base,
          perSecond: own,
          at,
          routed: true,
          past: false,
          proxied: { caller: true, receiver: end.receiver !== undefined },
        },
        end.loss,
        sick.errors,
      );
      sent(cluster, own, end.loss === undefined ? sick : { errors: 1, slow: 0 });
      if (end.receiver && end.loss === undefined) found.flows.push(inbound(scene, call, end.receiver, own, sick));
    }
  }
}

const WELL = { errors: 0, slow: 0 };

function illnessOf({ illness, mesh }: Scene, service: string, at: Endpoint): { errors: number; slow: number } {
  const found = 'pods' in at ? illness.get(at.pods) : undefined;
  return found && mesh.twinShare(service) * 100 >= found.fromWeight ? { errors: found.errors, slow: found.slow } : WELL;
}

function inbound(
  { facts }: Scene,
  { to }: Call,
  proxy: ProxyLabels,
  perSecond: number,
  sick: { errors: number; slow: number },
): Flow {
  const { port = 0, protocol = 'http' } = facts.services.get(to) ?? {};
  return { proxy, cluster: `inbound|${port}||`, protocol, perSecond, ...sick };
}

/** What is answered, and what is answered with an error. */
function split({ streams }: Traffic, stream: Omit<Stream, 'loss'>, loss: Loss | undefined, errors: number): void {
  if (loss !== undefined || errors === 0) return void streams.push({ ...stream, loss });
  streams.push({ ...stream, perSecond: stream.perSecond * (1 - errors), loss: undefined });
  streams.push({ ...stream, perSecond: stream.perSecond * errors, loss: 'error' });
}
