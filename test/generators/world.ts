import type { Operation } from '../../src/plans/operation.ts';
import type { Step } from '../../src/plans/plan.ts';
import { idOf, portOf, twinIdOf } from './estate-documents.ts';
import type { Sketch, SketchedEstate } from './sketch.ts';
import { isSelected, lackedBy, Scopes, type SidecarSpec } from './world-scopes.ts';

interface Policy {
  selector: Record<string, string>;
  open: Set<number>;
}

/**
 * What the operations of a plan leave behind in the world, and what must hold there at every instant. Written from the
 * sketch and from what operations do, without a line of the planner: the hard rules of the design's section 7, and P3.
 */
export class World {
  readonly sketch: SketchedEstate;
  readonly captured = new Set<string>();
  readonly injected = new Set<string>();
  readonly policies = new Map<string, Policy>();
  /** The twin's share of a service's calls, in percent. */
  readonly weights = new Map<string, number>();
  readonly retired = new Set<string>();
  readonly scopes = new Scopes();
  /** Names that proxies know by now. */
  readonly names = new Set<string>();
  /** Labels of each host's entry. */
  readonly #labels = new Map<string, Record<string, string>>();
  readonly #problems: string[] = [];

  constructor(sketch: SketchedEstate) {
    this.sketch = sketch;
    for (const one of sketch.services) if (one.meshed) this.injected.add(idOf(one));
  }

  /** Does what a step does, one way or the other. */
  take(step: Step, direction: 'apply' | 'revert', host: string | undefined): void {
    if (direction === 'revert' && step.revert === 'irreversible') throw new Error(`${step.id} cannot go back`);
    const operations = direction === 'apply' ? step.apply : (step.revert as Operation[]);
    for (const operation of operations) this.#do(operation, host, step);
  }

  #do(operation: Operation, host: string | undefined, step: Step): void {
    switch (operation.op) {
      case 'host.capture':
        this.#beforeCapture(operation.host);
        this.captured.add(operation.host);
        return;
      case 'host.uncapture':
        this.captured.delete(operation.host);
        return;
      case 'kube.set':
        this.injected.add(
          `k8s/${operation.cluster}/${operation.ref.namespace}/${operation.ref.kind}/${operation.ref.name}`,
        );
        return;
      case 'kube.unset':
        this.injected.delete(
          `k8s/${operation.cluster}/${operation.ref.namespace}/${operation.ref.kind}/${operation.ref.name}`,
        );
        return;
      case 'kube.create':
        return this.#created(operation.manifest, host);
      case 'kube.delete':
        if (operation.ref.kind === 'Sidecar') this.scopes.remove(operation.ref.name);
        if (operation.ref.kind === 'ServiceEntry') this.names.delete(operation.ref.name);
        this.policies.delete(operation.ref.kind === 'PeerAuthentication' ? operation.ref.name : '');
        return;
      case 'route.weights':
        return this.#weigh(operation, step);
      case 'host.retire':
        this.retired.add(`vm/${operation.host}/${operation.unit}`);
        return;
      default:
    }
  }

  #created(
    manifest: { kind: string; metadata: { name: string }; [field: string]: unknown },
    host: string | undefined,
  ): void {
    const spec = (manifest['spec'] ?? {}) as {
      selector?: { matchLabels?: Record<string, string> };
      portLevelMtls?: Record<string, { mode: string }>;
      metadata?: { labels?: Record<string, string> };
    };
    if (manifest.kind === 'WorkloadGroup' && host !== undefined) this.#labels.set(host, spec.metadata?.labels ?? {});
    if (manifest.kind === 'ServiceEntry') {
      this.#published(manifest.metadata.name);
      this.names.add(manifest.metadata.name);
    }
    if (manifest.kind === 'Sidecar') this.scopes.add(manifest.metadata.name, spec as SidecarSpec);
    if (manifest.kind !== 'PeerAuthentication') return;
    const open = Object.entries(spec.portLevelMtls ?? {}).filter(([, { mode }]) => mode === 'PERMISSIVE');
    this.policies.set(manifest.metadata.name, {
      selector: spec.selector?.matchLabels ?? {},
      open: new Set(open.map(([port]) => Number(port))),
    });
  }

  /** P3 in the callers’ proxies: a route without the clusters of its backends has nowhere to send to. */
  #narrow(callee: Sketch): string[] {
    if (callee.platform !== 'vm') return [];
    const units = this.callersOf(callee);
    const twins = units.filter((one) => this.#service(one)?.twin).map((one) => `@${one}`);
    return [...units, ...twins].flatMap((caller) => {
      const told = this.scopes.toldTo(this.#labelsOf(caller));
      if (told === undefined) return [];
      const early = this.#isAnywhereIn(caller) ? [] : [`${caller} is narrowed outside the mesh`];
      return [...early, ...lackedBy(told, callee, this.names.has(callee.name)).map((why) => `${caller} ${why}`)];
    });
  }

  #labelsOf(caller: string): Record<string, string> {
    const service = this.#service(caller);
    const isPod = service === undefined || service.platform === 'kubernetes';
    return isPod ? { app: caller.replace('@', '') } : (this.#labels.get(service.host) ?? {});
  }

  /** Who is in the mesh before a name is published there has connections past it, which follow no weights and no STRICT. */
  #published(name: string): void {
    const service = this.#service(name);
    if (service?.path !== 'direct' && service?.path !== 'platform-first') return;
    const early = this.callersOf(service).filter((caller) => this.#isAnywhereIn(caller) && !this.#wasIn(caller));
    for (const caller of early) this.#problems.push(`${name} is published after ${caller} has joined`);
    if (service.path === 'direct' && this.callersOf(service).some((caller) => this.#wasIn(caller)))
      this.#problems.push(`${name} has callers that follow no weights`);
  }

  #wasIn(caller: string): boolean {
    return this.#service(caller)?.meshed === true;
  }

  /** P3: complete, ordered, and each side with weight seen healthy first. */
  #weigh({ ref, backends }: Operation & { op: 'route.weights' }, step: Step): void {
    if (backends.reduce((sum, { weight }) => sum + weight, 0) !== 100)
      this.#problems.push(`${step.id}: weights do not add up`);
    const required = step.require.flatMap((check) => (check.check === 'proxy.endpoints' ? [check.backend] : []));
    for (const { name } of backends)
      if (!required.some((backend) => backend.includes(`||${name}.`)))
        this.#problems.push(`${step.id}: ${name} was not seen healthy`);
    this.weights.set(ref.name, backends.find(({ name }) => name.endsWith('-k8s'))?.weight ?? 0);
  }

  /** A registered VM is sent mTLS by whoever is in the mesh, which its application would not understand. */
  #beforeCapture(host: string): void {
    for (const callee of this.sketch.services.filter((one) => one.platform === 'vm' && one.host === host))
      for (const caller of this.callersOf(callee))
        if (!this.#isOn(caller, host) && this.#isAnywhereIn(caller))
          this.#problems.push(`${host} is captured after ${caller}, which calls ${callee.name}`);
  }

  /** Names of services, addresses of strangers, and `@NAME` for the twin of a service. */
  callersOf({ name }: Sketch): string[] {
    const calls = this.sketch.calls.filter(({ from, to }) => to === name && from !== name);
    return [...new Set(calls.map(({ from, byTwin }) => (byTwin ? `@${from}` : from)))];
  }

  #isTwinIn(caller: string): boolean {
    const twin = caller.startsWith('@') ? this.#service(caller.slice(1)) : undefined;
    return twin !== undefined && this.injected.has(twinIdOf(twin));
  }

  #service(name: string): Sketch | undefined {
    return this.sketch.services.find((one) => one.name === name);
  }

  #isOn(caller: string, host: string): boolean {
    const service = this.#service(caller);
    return service?.platform === 'vm' && service.host === host;
  }

  #isAnywhereIn(caller: string): boolean {
    const service = this.#service(caller);
    if (service === undefined) return this.#isTwinIn(caller);
    return service.platform === 'vm' ? this.captured.has(service.host) : this.injected.has(idOf(service));
  }

  /** Whether all that a caller may send goes through a proxy now: its unit's, until it has stopped, and its twin's, once it gets calls. */
  #isWhollyIn(caller: string): boolean {
    const service = this.#service(caller);
    if (service === undefined) return this.#isTwinIn(caller);
    const own = this.#isAnywhereIn(caller) || this.retired.has(idOf(service));
    const twinWorks = service.twin && (this.weights.get(caller) ?? 0) > 0;
    return own && (!twinWorks || this.injected.has(twinIdOf(service)));
  }

  /** Everything that is wrong right now, and everything that was wrong while it came to this. */
  problems(): string[] {
    return [
      ...this.#problems,
      ...this.scopes.problems,
      ...this.sketch.services.flatMap((one) => [
        ...this.#strict(one),
        ...this.#shifted(one),
        ...this.#retired(one),
        ...this.#narrow(one),
      ]),
    ];
  }

  /** Rule 1: STRICT on a server only after every caller has joined; an exempt one's port stays open. */
  #strict(callee: Sketch): string[] {
    const refusing = [...this.policies].filter(
      ([, policy]) => this.#covers(policy, callee) && !policy.open.has(portOf(callee)),
    );
    if (refusing.length === 0) return [];
    const outside = this.callersOf(callee).filter(
      (caller) =>
        !(this.#isWhollyIn(caller) || this.#isNeighbour(caller, callee)) ||
        (callee.path === 'platform-first' && this.#wasIn(caller)),
    );
    return outside.map((caller) => `${callee.name} refuses plaintext, and ${caller} is outside`);
  }

  #covers({ selector }: Policy, callee: Sketch): boolean {
    const labels = [
      ...(callee.platform === 'vm' && !this.retired.has(idOf(callee)) ? [this.#labels.get(callee.host) ?? {}] : []),
      ...(callee.platform === 'kubernetes' || callee.twin ? [{ app: callee.name }] : []),
    ];
    return labels.some((own) => isSelected(selector, own));
  }

  /** A call on one host never leaves it, and so meets no policy. */
  #isNeighbour(caller: string, callee: Sketch): boolean {
    return callee.platform === 'vm' && this.#isOn(caller, callee.host);
  }

  /** Rule 2 and rule 6: weights only when every caller follows them, and a twin may run beside its unit. */
  #shifted(service: Sketch): string[] {
    if ((this.weights.get(service.name) ?? 0) === 0) return [];
    const outside = this.callersOf(service).filter(
      (caller) => !this.#isWhollyIn(caller) || this.#isNeighbour(caller, service),
    );
    return [
      ...outside.map((caller) => `${service.name} has shifted, and ${caller} does not follow`),
      ...(this.injected.has(twinIdOf(service)) ? [] : [`${service.name} has shifted to a twin outside the mesh`]),
      ...(service.state === 'none' || service.state === 'shared'
        ? []
        : [`${service.name} has two copies of its state`]),
    ];
  }

  /** Rule 3. */
  #retired(service: Sketch): string[] {
    if (service.platform !== 'vm' || !this.retired.has(idOf(service)) || this.weights.get(service.name) === 100)
      return [];
    return [`${service.name} has stopped, and its twin has ${this.weights.get(service.name) ?? 0} %`];
  }
}
