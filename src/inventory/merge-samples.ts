import type { Estate } from '../estate/schema.ts';
import { assemble, type Observations } from './assemble.ts';
import { dependencyKey, joinDependencies, joinSamples } from './merge-evidence.ts';
import { Conversations, MAX_CONVERSATIONS } from './merge-flows.ts';
import { reseen } from './reseen.ts';
import type { ClusterFacts, Dependency, Finding, HostFacts, Inventory } from './schema.ts';
import { settleCallers } from './settle-callers.ts';
import { limitFinding, windowFindings } from './window-findings.ts';

/** Edges with an end outside the estate that are kept: a public service may see a new address with every sample. */
export const MAX_OUTSIDE_EDGES = 20_000;

/** One look at hosts and clusters; clusters that were not asked this time are not in `asked`. */
export type Sample = Pick<Observations, 'capturedAt' | 'hosts' | 'clusters' | 'findings'> & {
  asked: { clusters: boolean };
};

/** What a sample brought. */
export interface Added {
  sample: number;
  /** Dependencies so far, and those that this sample was the first to see. */
  edges: number;
  new: number;
  /** Hosts that could not be read this time. */
  failed: string[];
}

/**
 * The samples of one window as one: edges with how often, when first and when last they were seen, the newest facts of
 * each host and cluster. It grows with what there is to see and not with the number of samples.
 */
export class SampleUnion {
  readonly #estate: Estate;
  readonly #estateDigest: string;
  readonly #hosts = new Map<string, { facts: HostFacts; conversations: Conversations }>();
  readonly #clusters = new Map<string, ClusterFacts>();
  readonly #edges = new Map<string, Dependency>();
  readonly #failed = new Map<string, number>();
  /** What the last look at each said went wrong. */
  readonly #problems = new Map<string, readonly Finding[]>();
  #span: { from: string; to: string; samples: number } | undefined;
  #outside = 0;
  #isFull = false;

  constructor(estate: Estate, estateDigest: string) {
    this.#estate = estate;
    this.#estateDigest = estateDigest;
  }

  add(sample: Sample): Added {
    const { capturedAt, hosts, clusters } = sample;
    const samples = (this.#span?.samples ?? 0) + 1;
    this.#span = { from: this.#span?.from ?? capturedAt, to: capturedAt, samples };
    for (const cluster of clusters) this.#clusters.set(cluster.name, { ...cluster, readAt: capturedAt });
    for (const facts of hosts) this.#keepHost({ ...facts, readAt: capturedAt });
    const failed = this.#noteProblems(sample);
    const before = this.#edges.size;
    for (const one of this.#assembled(sample).dependencies) this.#keepEdge(one);
    return { sample: samples, edges: this.#edges.size, new: this.#edges.size - before, failed };
  }

  /** The inventory of the window so far; undefined before the first sample. */
  inventory(): Inventory | undefined {
    if (this.#span === undefined) return undefined;
    const { from, to, samples } = this.#span;
    const base = this.#assembled({ capturedAt: to, hosts: [] });
    const hosts = base.hosts.map((host) => ({
      ...host,
      flows: this.#hosts.get(host.name)?.conversations.flows ?? [],
    }));
    const names = this.#estate.hosts.map(({ name }) => name);
    const dependencies = settleCallers([...this.#edges.values()], names);
    const failed = Object.fromEntries([...this.#failed].toSorted(([a], [b]) => (a < b ? -1 : 1)));
    const inventory: Inventory = {
      apiVersion: base.apiVersion,
      kind: base.kind,
      estate: base.estate,
      capturedAt: to,
      window: { from, to, samples, failed },
      hosts,
      clusters: base.clusters,
      workloads: reseen(base.workloads, hosts, base.clusters, to),
      dependencies,
      findings: [],
    };
    const findings = windowFindings(inventory, base.findings, this.#limits());
    return { ...inventory, findings };
  }

  #keepHost(facts: HostFacts): void {
    const conversations = this.#hosts.get(facts.name)?.conversations ?? new Conversations();
    conversations.add(facts.flows);
    this.#hosts.set(facts.name, { facts: { ...facts, flows: [] }, conversations });
  }

  #keepEdge(edge: Dependency): void {
    const key = dependencyKey(edge);
    const before = this.#edges.get(key);
    const isOutside = edge.from.startsWith('external/') || edge.to.startsWith('external/');
    if (before !== undefined) this.#edges.set(key, joinDependencies(before, edge, joinSamples));
    else if (isOutside && this.#outside >= MAX_OUTSIDE_EDGES) this.#isFull = true;
    else {
      this.#edges.set(key, edge);
      this.#outside += Number(isOutside);
    }
  }

  /** @returns the hosts that could not be read */
  #noteProblems({ hosts, asked, findings }: Sample): string[] {
    const names = this.#estate.hosts.map(({ name }) => name);
    const subjects = [...names, ...(asked.clusters ? this.#estate.clusters.map(({ name }) => name) : [])];
    for (const subject of subjects)
      this.#problems.set(
        subject,
        findings.filter((finding) => finding.subject === subject),
      );
    const read = new Set(hosts.map(({ name }) => name));
    const failed = names.filter((name) => !read.has(name));
    for (const name of failed) this.#failed.set(name, (this.#failed.get(name) ?? 0) + 1);
    return failed;
  }

  /**
   * The inventory of one sample. A host or cluster that was not read now is there with what is known of it, so that its
   * addresses keep their meaning; of its connections nothing is known.
   */
  #assembled({ capturedAt, hosts }: Pick<Sample, 'capturedAt' | 'hosts'>): Inventory {
    const seen = new Map(hosts.map((facts) => [facts.name, facts]));
    return assemble({
      estate: this.#estate,
      estateDigest: this.#estateDigest,
      capturedAt,
      hosts: [...this.#hosts.values()].map(({ facts }) => ({ ...facts, flows: seen.get(facts.name)?.flows ?? [] })),
      clusters: [...this.#clusters.values()],
      findings: this.#lastProblems(),
    });
  }

  /** An error of a host or cluster of which an earlier sample has facts has lost nothing but the newest ones. */
  #lastProblems(): Finding[] {
    const isKnown = (name: string): boolean => this.#hosts.has(name) || this.#clusters.has(name);
    return [...this.#problems.values()].flat().map((finding) => {
      const isLost = finding.level === 'error' && !isKnown(finding.subject);
      return finding.level === 'error' && !isLost ? { ...finding, level: 'warning' } : finding;
    });
  }

  #limits(): Finding[] {
    const full = [...this.#hosts].filter(([, { conversations }]) => conversations.isFull);
    return [
      ...full.map(([host]) => limitFinding(host, 'conversations', MAX_CONVERSATIONS)),
      ...(this.#isFull ? [limitFinding(this.#estate.name, 'edges to and from outside', MAX_OUTSIDE_EDGES)] : []),
    ];
  }
}
