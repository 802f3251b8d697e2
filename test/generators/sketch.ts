/** One service of a random estate. */
export interface Sketch {
  name: string;
  platform: 'vm' | 'kubernetes';
  /** Of a service on a VM. */
  host: string;
  twin: boolean;
  retire: boolean;
  path?: 'stay' | 'mesh-first' | 'platform-first' | 'direct';
  state: 'none' | 'shared' | 'local' | 'singleton' | 'unknown';
  protocol: 'http' | 'tcp';
  tier?: number;
  owner?: string;
  requestsPerSecond?: number;
  meshed: boolean;
  /** Copies of a name share it. */
  hostname: string;
  /** Services that it calls too seldom for a gate to wait. */
  rarely: string[];
}

/** A call of a random estate: by a service, a process on a host that is no service, or an address nobody knows. */
export interface SketchedCall {
  from: string;
  to: string;
  declared: boolean;
  exempt: boolean;
  /** The exemption's last day but one has passed, or is to come. */
  expires?: string;
  /** Its twin calls as well, or in its place. */
  byTwin: boolean;
}

export interface SketchedEstate {
  services: Sketch[];
  calls: SketchedCall[];
  sites: Map<string, string>;
  waves: Record<string, unknown>;
  egress?: 'scoped' | 'open';
}
