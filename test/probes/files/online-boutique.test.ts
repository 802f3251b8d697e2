import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { edgesOf, inventoryOfFiles, parsed } from './sources.ts';
import { missingInputs, readInputs } from './inputs.ts';

const missing = missingInputs('online-boutique');
const { 'kubernetes-manifests.yaml': manifests = '', 'network-policies.yaml': joined = '' } =
  readInputs('online-boutique');
/** The policies were joined without line feeds between them: `- {}---`. */
const policies = joined.replaceAll('{}---', '{}\n---');

interface Policy {
  kind: string;
  metadata: { name: string };
  spec: { podSelector?: Selector; ingress?: { from?: { podSelector: Selector }[]; ports?: { port: number }[] }[] };
}
interface Selector {
  matchLabels?: { app?: string };
}
interface Service {
  kind: string;
  metadata: { name: string };
  spec: { selector: { app: string }; ports: { port: number; targetPort: number }[] };
}

const objectsIn = <Kind>(text: string): Kind[] =>
  parseAllDocuments(text).flatMap((document) => (document.toJS() as Kind | null) ?? []);
const rulesOf = ({ spec: { ingress = [] } }: Policy): NonNullable<Policy['spec']['ingress']> => ingress;
const appOf = ({ spec }: Policy): string | undefined => spec.podSelector?.matchLabels?.app;

/** `frontend → cartservice:7070`, with the port of the pods: what the policies state with both ends, read by this test alone. */
function stated(): Set<string> {
  const calls = objectsIn<Policy>(policies).flatMap((policy) =>
    rulesOf(policy).flatMap(({ from = [], ports = [] }) =>
      from.flatMap(({ podSelector }) =>
        ports.map(({ port }) => `${podSelector.matchLabels?.app ?? '*'} → ${appOf(policy) ?? '*'}:${port}`),
      ),
    ),
  );
  return new Set(calls);
}

/** Workloads that the policies let everybody call: a rule without any condition. */
function open(): Set<string | undefined> {
  const all = objectsIn<Policy>(policies).filter((policy) =>
    rulesOf(policy).some((rule) => Object.keys(rule).length === 0),
  );
  return new Set(all.map(appOf));
}

/** The same of an inventory, the port of each Service as that of its pods. */
function found(texts: Record<string, string>, source: string): Set<string> {
  const services = objectsIn<Service>(manifests).filter(({ kind }) => kind === 'Service');
  const podPort = (app: string, port: number): number | undefined =>
    services
      .filter(({ spec }) => spec.selector.app === app)
      .flatMap(({ spec }) => spec.ports)
      .find((one) => one.port === port)?.targetPort;
  const { dependencies } = inventoryOfFiles(parsed(texts));
  const own = dependencies.filter(({ evidence }) => evidence.some((one) => one.source === source));
  return new Set(
    own.map(({ from, to, port }) => {
      const [caller, callee] = [from.split('/').at(-1) ?? '', to.replace('service/', '')];
      return `${caller} → ${callee}:${podPort(callee, port)}`;
    }),
  );
}

const minus = (a: Set<string>, b: Set<string>): string[] => [...a].filter((one) => !b.has(one)).toSorted();

describe.skipIf(missing !== undefined)(
  `Online Boutique${missing === undefined ? '' : ` (skipped: ${missing})`}`,
  () => {
    it('is found from its manifests as its network policies state it, the policies withheld', () => {
      const [truth, edges] = [stated(), found({ 'kubernetes-manifests.yaml': manifests }, 'files')];
      const both = [...edges].filter((edge) => truth.has(edge)).length;
      const extra = minus(edges, truth);
      // A policy that lets everybody in states no caller, and contradicts none.
      const admitted = extra.filter((edge) => open().has(/→ (.*):/.exec(edge)?.[1]));
      const [precision, recall] = [(both + admitted.length) / edges.size, both / truth.size];
      console.log(
        [
          `Online Boutique: ${edges.size} edges found, ${truth.size} stated by NetworkPolicies with both ends`,
          `  recall ${recall.toFixed(3)}, precision ${precision.toFixed(3)} (${(both / edges.size).toFixed(3)} if a callee that admits everybody counts against it)`,
          ...minus(truth, edges).map((edge) => `  missed: ${edge}`),
          ...extra.map(
            (edge) => `  not stated: ${edge}${admitted.includes(edge) ? ', whose policy admits everybody' : ''}`,
          ),
        ].join('\n'),
      );
      expect({ precision, recall, stated: truth.size }).toEqual({ precision: 1, recall: 1, stated: 15 });
      expect(extra).toEqual(['loadgenerator → frontend:8080']);
    });

    it('has the same edges from its policies alone, under a source of their own', () => {
      const texts = { 'kubernetes-manifests.yaml': manifests, 'network-policies.yaml': policies };
      expect(minus(found(texts, 'network-policy'), stated())).toEqual([]);
      expect(minus(stated(), found(texts, 'network-policy'))).toEqual([]);
      const withPolicies = edgesOf(inventoryOfFiles(parsed(texts)));
      expect(withPolicies.filter((edge) => edge.endsWith(' files+network-policy'))).toHaveLength(15);
      expect(withPolicies).toHaveLength(16);
    });

    it('says so where its policies are joined without line feeds, and goes on', () => {
      const facts = parsed({ 'kubernetes-manifests.yaml': manifests, 'network-policies.yaml': joined });
      expect(new Set(facts.findings.map(({ code }) => code))).toEqual(new Set(['MW1033', 'MW1042']));
      expect(facts.cluster.workloads).toHaveLength(12);
    });

    it('does not have the one peer that its manifests name and do not hold', () => {
      expect(manifests).toContain('shoppingassistantservice:80');
      expect(JSON.stringify(parsed({ 'kubernetes-manifests.yaml': manifests }).cluster)).not.toContain(
        'shoppingassistant',
      );
    });
  },
);
