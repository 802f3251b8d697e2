import type { Inventory } from '../inventory/schema.ts';
import type { Estate, KubeWorkloadRef } from '../estate/schema.ts';
import type { CallMatch } from '../estate/twins.ts';
import type { Check, ProxyRef } from '../plans/check.ts';
import type { MetricCheck, ReplayEdge } from '../plans/gate.ts';
import type { CaptureSpec, Operation } from '../plans/operation.ts';

/** A VM that joins with all the services it runs: everything a provider needs to write its objects and files. */
export interface HostMember {
  /** The service's name, or the host's where several share it: what its one identity is named after. */
  group: string;
  /** Several services share the identity, so nothing can tell their calls apart. */
  shared: boolean;
  /** The services that proxies send to it; none for a host that only calls. */
  services: string[];
  namespace: string;
  host: string;
  /** The units of the host that serve or call: at a boot they wait for the proxy, if not for long. */
  units: string[];
  address: string;
  ports: { port: number; protocol: 'http' | 'tcp' }[];
  /** It serves or calls TCP, whose connections have no orderly end: those the proxy holds on the way back are closed. */
  holdsTcp: boolean;
  capture: CaptureSpec;
  deadmanSeconds: number;
  drainSeconds: number;
  artifacts: NonNullable<Estate['provider']['artifacts']>;
  cluster: string;
}

/** The name callers use, and what answers for it: the VM, and its twin when there is one. */
export interface PublishedName {
  service: string;
  cluster: string;
  namespace: string;
  hostname: string;
  port: number;
  protocol: 'http' | 'tcp';
  /** Matched besides the name: of callers that use an address, and of TCP. */
  addresses: string[];
  twin?: { selector: Record<string, string>; targetPort: number };
  /** Instead of one twin: several, each for the calls that it matches. What none matches stays on the VM. */
  twins?: MatchedTwin[];
  /** The VM has no proxy: what comes to it through the mesh is to come in plaintext, to this address. */
  plainHost?: string;
  /** Pods alone answer for the name, and no VM: then there is no `twin` beside it. */
  pods?: { selector: Record<string, string>; targetPort: number };
}

/** One of several twins, and the calls that it takes. */
export interface MatchedTwin {
  name: string;
  selector: Record<string, string>;
  targetPort: number;
  match: CallMatch[];
}

/** What the planner wants, in no mesh's words. */
export type MeshIntent =
  | { intent: 'host.identity'; member: HostMember }
  | { intent: 'host.proxy'; member: HostMember }
  | { intent: 'host.capture'; member: HostMember }
  | { intent: 'name.publish'; name: PublishedName }
  | { intent: 'pods.enrol'; workload: KubeWorkloadRef }
  | { intent: 'route.weights'; name: PublishedName; from: number; to: number; callers: ProxyRef[] }
  | {
      intent: 'mtls.strict';
      id: string;
      cluster: string;
      namespace: string;
      selector: Record<string, string>;
      /** Ports that stay open to plaintext, for a caller that cannot join. */
      permissivePorts: number[];
    }
  | EgressIntent;

/** Proxies are told of whom their workloads call, and of nobody else. */
export interface EgressIntent {
  intent: 'egress.scope';
  /** What the object is named after. */
  id: string;
  cluster: string;
  namespace: string;
  /** Labels of the proxies; no other object of its kind may select them. */
  selector: Record<string, string>;
  proxies: ProxyRef[];
  /** Names that the mesh knows by this plan, with all that stands behind them. */
  names: PublishedName[];
  /** Services of the cluster. */
  services: { namespace: string; name: string }[];
  /** Other names, wherever they are made known. */
  hosts: string[];
  /** For how long nothing else may have been called. */
  lookBackSeconds: number;
  /** The backends that must be healthy for the proxies afterwards as before. */
  needed: string[];
  /** The names and services that some other workload of the estate calls, and these do not: seen to be gone. */
  others: { names: PublishedName[]; services: { namespace: string; name: string }[] };
}

/** One step's operations with their check and undo; `lost` names what the mesh cannot carry. */
export interface Rendered {
  require: Check[];
  requireRevert: Check[];
  apply: Operation[];
  verify: Check[];
  revert: Operation[];
  verifyRevert: Check[];
  lost: string[];
}

/** Whose traffic a metric speaks of. */
export interface TrafficScope {
  /** The proxy that counts. */
  proxy: { host: string; address: string } | KubeWorkloadRef;
  windowSeconds: number;
  minRequests: number;
}

/** What errors are held against: the ratio that is no fault, and how much higher it may be before it must be seen. */
export interface Judging {
  baseline: number;
  effect: number;
}

/** One mesh. A missing capability is a finding at plan time, never a surprise at apply time. */
export interface MeshProvider {
  id: string;
  target: {
    capabilities: { needsServerFirst: boolean; weightedHttp: boolean; hostJoin: boolean };
    render(intent: MeshIntent, inventory: Inventory): Rendered;
    /** Labels by which the mesh selects a VM workload's proxy. */
    hostLabels(service: string): Record<string, string>;
    /** Labels by which the mesh selects the one proxy of a host, whatever it serves. */
    proxyLabels(group: string): Record<string, string>;
    /** The names under which a caller's proxy knows a published name's backends: one of the VM, and one of each twin. */
    backendsOf(name: PublishedName, side: 'vm' | 'twin'): string[];
    /** All hosts by which proxies know a published name and what stands behind it. */
    hostsOf(name: PublishedName): { namespace: string; host: string }[];
    metrics: {
      /** Requests, or connections over TCP, that reached a VM workload through its own proxy, and their error ratio. */
      received(scope: TrafficScope, port: Pick<PublishedName, 'port' | 'protocol'>, judging: Judging): MetricCheck[];
      /** Requests a caller sent to a published name, and their error ratio. */
      sent(scope: TrafficScope, name: PublishedName, judging: Judging): MetricCheck[];
      /** That a caller sends something to a published name. */
      calls(scope: TrafficScope, name: PublishedName): MetricCheck;
      /** Errors of what callers send to a name: of its twins beside the VM's, or of all of it where nothing is beside it. */
      errorsOfShift(scopes: TrafficScope[], name: PublishedName, judging: Judging, besideVm: boolean): MetricCheck;
      /** Whether the twin is slower than the VM beside it. */
      latencyBeside(scopes: TrafficScope[], name: PublishedName): MetricCheck;
      /**
       * Limits over the last seconds of a caller's calls to a name: its errors, and handshakes that fail where the mesh
       * counts them. Beside a VM they are on what the twin has more of than the VM.
       */
      trips(
        scope: TrafficScope,
        name: PublishedName,
        limits: { maxErrorRatio: number; forSeconds: number; besideVm: boolean },
      ): MetricCheck[];
      /** That a caller who never pauses for so long has not stopped calling. */
      silence(scope: TrafficScope, name: PublishedName, forSeconds: number): MetricCheck;
      /** That the twin, whose share is between 0 and 1, has not stopped answering while the VM does. */
      silenceBeside(scope: TrafficScope, name: PublishedName, forSeconds: number, share: number): MetricCheck;
      /** Errors of a caller's requests to a published name, or to its twins: not one is allowed, and none is waited for. */
      failed(scope: TrafficScope, name: PublishedName, besideVm?: boolean): MetricCheck;
      /** What one caller's proxies, or those that call in its place, send to a name: over whatever span it is asked. */
      edge(scopes: TrafficScope[], name: PublishedName): ReplayEdge;
      /** Milliseconds by which a request takes longer for passing a proxy, at the mean. */
      added(scope: TrafficScope): string;
      /** Requests per second that pass a proxy, received and sent. */
      passing(scope: TrafficScope): string;
      /** What reaches a VM's port, of whoever calls it, by its own proxy. */
      arrivals(scope: TrafficScope, port: Pick<PublishedName, 'port' | 'protocol'>): ReplayEdge;
      /** Of each of several twins: it was called, and its error ratio. Nothing of one twin, which the others tell of. */
      ofEachTwin(scopes: TrafficScope[], name: PublishedName, judging: Judging, besideVm: boolean): MetricCheck[];
      /** The twin's share of what the callers sent to a name; of several twins, that of all of them. */
      share(scopes: TrafficScope[], name: PublishedName, expected: { min: number; max: number }): MetricCheck;
      /** The twin's share of what arrives at either, the VM's part by its own count: of callers that follow no weights too. */
      shareOfArrivals(
        scopes: TrafficScope[],
        vm: TrafficScope,
        name: PublishedName,
        expected: { min: number; max: number },
      ): MetricCheck;
    };
  };
}
