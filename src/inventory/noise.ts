import type { Flow, HostFacts, HostUnit } from './schema.ts';

/** Ports of Istio's control plane and proxies, as its documentation lists them, and of DNS. */
const MESH_PORTS = new Set([
  15_000, 15_001, 15_004, 15_008, 15_010, 15_012, 15_014, 15_017, 15_020, 15_021, 15_053, 15_090,
]);
const DNS_PORT = 53;
const NODE_EXPORTER_PORT = 9100;
const PROXY_PROCESSES = new Set(['envoy', 'pilot-agent']);

/** Where a mesh proxy takes captured connections in, whatever port they were meant for. */
export const CAPTURED_INBOUND_PORT = 15_006;
/** The address a mesh proxy calls its own host's workloads from. */
export const PROXY_SOURCE_ADDRESS = '127.0.0.6';

/** Whether a process is a mesh proxy or its agent: what it does it does for others. */
export function isProxy(owner: Pick<Flow, 'process'>): boolean {
  return PROXY_PROCESSES.has(owner.process ?? '');
}

/** Whether a unit is one of a host's own, that no estate would list. */
export function isProxyUnit(unit: HostUnit): boolean {
  return /^(meshway-|istio)/.test(unit.name);
}

/** Connections that carry no service's traffic: logins, name lookups, metrics, and the mesh's own. */
export function isNoise(flow: Flow, host: HostFacts, monitoringPorts: readonly number[]): boolean {
  const port = flow.direction === 'inbound' ? flow.localPort : flow.peerPort;
  if (flow.direction === 'inbound' && (host.sshdPorts.includes(port) || monitoringPorts.includes(port))) return true;
  return port === DNS_PORT || port === NODE_EXPORTER_PORT || MESH_PORTS.has(port);
}

/** Addresses that name a host only to itself. */
export function isLoopback(address: string): boolean {
  return /^127\./.test(address) || address === '::1';
}
