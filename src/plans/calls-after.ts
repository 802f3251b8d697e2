import type { Dependency, Inventory } from '../inventory/schema.ts';
import type { EstateAfter, Standing } from './positions.ts';
import { placeOf } from './view.ts';

/**
 * How a call crosses the network: neither end's proxy takes part, that of one end does, or both do and it is encrypted.
 * A half-meshed call is plaintext on the wire too.
 */
export type Wire = 'plaintext' | 'half' | 'mtls';

/** A call between two nodes of an inventory as it is made once some waves of a plan are done. */
export interface CallAfter {
  from: string;
  /** A workload; `external/…`, or `service/…` where no workload of the service is known. */
  to: string;
  port: number;
  /** The percentage of the calls to the service that go to this workload of it. */
  share: number;
  wire: Wire;
  /** Encrypted, and the server refuses anything else. */
  isEnforced: boolean;
  /** Why a proxy takes no part though its end is in the mesh. */
  why?: string;
  evidence: Dependency['evidence'];
}

/** Every call of an inventory as it is made then. What a workload at weight 0 called, its twin calls. Pure. */
export function callsAfter({ dependencies }: Pick<Inventory, 'dependencies'>, after: EstateAfter): CallAfter[] {
  const byService = Map.groupBy(after.workloads.values(), ({ service }) => service);
  const calls = new Map<string, CallAfter>();
  for (const dependency of dependencies)
    for (const from of callersNow(dependency.from, after, byService))
      for (const { to, share } of calleesNow(dependency.to, byService)) {
        const key = JSON.stringify([from, to, dependency.port]);
        const known = calls.get(key);
        if (known) known.evidence = [...known.evidence, ...dependency.evidence];
        else calls.set(key, callOf(after, dependency, from, to, share));
      }
  return [...calls.values()];
}

type Services = ReadonlyMap<string, Standing[]>;

/** A unit at weight 0 gets no calls and makes none of those it made for them: its twin does. */
function callersNow(from: string, { workloads }: EstateAfter, byService: Services): string[] {
  const caller = workloads.get(from);
  if (caller === undefined || caller.role === 'twin') return [from];
  const twins = (byService.get(caller.service) ?? []).filter(({ role, weight }) => role === 'twin' && weight > 0);
  return [...(caller.weight > 0 ? [from] : []), ...twins.map(({ id }) => id)];
}

function calleesNow(to: string, byService: Services): { to: string; share: number }[] {
  if (!to.startsWith('service/')) return [{ to, share: 100 }];
  const serving = (byService.get(to.slice('service/'.length)) ?? []).filter(({ weight }) => weight > 0);
  return serving.length === 0 ? [{ to, share: 100 }] : serving.map(({ id, weight }) => ({ to: id, share: weight }));
}

function callOf(after: EstateAfter, dependency: Dependency, from: string, to: string, share: number): CallAfter {
  const { port, evidence } = dependency;
  const callee = after.workloads.get(to);
  // The address of a unit is published with its name, so a call by it reaches the twin by the mesh's own route.
  const isPublished = dependency.to !== to && callee?.role === 'twin';
  const { wire, why } = wireOf(after, { from, to, port, isByAddress: dependency.addressedBy === 'ip' && !isPublished });
  const isEnforced = wire === 'mtls' && callee?.isStrict === true;
  return { from, to, port, share, wire, isEnforced, ...(why !== undefined && { why }), evidence };
}

type Ends = Pick<CallAfter, 'from' | 'to' | 'port'> & { isByAddress: boolean };

function wireOf(after: EstateAfter, ends: Ends): { wire: Wire; why?: string } {
  if (areNeighbours(ends)) return { wire: 'plaintext', why: 'both are on one host, where no proxy takes part' };
  const isIn = [isMember(after, ends.from), isMember(after, ends.to)];
  const [outWhy, inWhy] = [pastCaller(after, ends), pastCallee(after, ends)];
  const caller = isIn[0] === true && outWhy === undefined;
  const callee = isIn[1] === true && inWhy === undefined;
  const why = [isIn[0] === true ? outWhy : undefined, isIn[1] === true ? inWhy : undefined].filter(
    (one) => one !== undefined,
  );
  const wire = caller && callee ? 'mtls' : caller || callee ? 'half' : 'plaintext';
  return why.length === 0 ? { wire } : { wire, why: why.join('; ') };
}

function areNeighbours({ from, to }: Ends): boolean {
  const host = placeOf(from)?.host;
  return host !== undefined && host === placeOf(to)?.host;
}

/** Whether a node is in the mesh: a workload, or a process of a captured host. What a host only forwards has no process. */
function isMember({ workloads, captures }: EstateAfter, id: string): boolean {
  const standing = workloads.get(id);
  if (standing) return standing.position.mesh === 'on';
  const { host, owner } = placeOf(id) ?? {};
  return host !== undefined && owner !== undefined && captures.has(host);
}

function pastCaller({ captures }: EstateAfter, { from, port }: Ends): string | undefined {
  const spec = captures.get(placeOf(from)?.host ?? '');
  return spec?.excludeOutboundPorts.includes(port) === true
    ? `what the caller's host sends to port ${port} is excluded from its capture`
    : undefined;
}

function pastCallee({ captures, workloads }: EstateAfter, { to, port, isByAddress }: Ends): string | undefined {
  if (isByAddress && workloads.get(to)?.position.platform === 'kubernetes')
    return 'the caller uses an address, which is no name of the mesh';
  const spec = captures.get(placeOf(to)?.host ?? '');
  if (spec === undefined) return undefined;
  const isTaken = spec.inboundPorts.includes(port) && !spec.excludeInboundPorts.includes(port);
  return isTaken ? undefined : `port ${port} of the server's host is not captured`;
}
