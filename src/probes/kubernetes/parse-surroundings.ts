import type { ClusterFacts, DisruptionBudget, KubeJob, KubeNamespace } from '../../inventory/schema.ts';
import type { KubeObject } from '../../ports/contracts.ts';
import { meshesAskedBy } from './memberships.ts';
import { nativeSidecarWish } from './parse-habits.ts';
import { parseAutoscaler, parseQuota } from './parse-headroom.ts';
import { parseSidecar } from './parse-sidecars.ts';
import { parsePolicies } from './parse-policies.ts';
import type { RawSurroundings } from './read-surroundings.ts';
import { hasEnded, isOfCronJob } from './workload-kinds.ts';

type Listed = 'kubelets' | 'namespaces' | 'disruptionBudgets' | 'jobs' | 'podWebhooks' | 'policies' | 'sidecars';
type Around = Pick<ClusterFacts, Listed | 'quotas' | 'autoscalers' | 'leftovers' | 'safeUpgrades' | 'unread'>;

/** Explains what stands around the workloads; what nobody could list stays unsaid. */
export function parseSurroundings(raw: RawSurroundings | undefined, namespaces: readonly KubeObject[]): Around {
  if (raw === undefined) return {};
  const { nodes, disruptionBudgets, jobs, webhooks, policies, sidecars, quotas, autoscalers, admissionBindings } = raw;
  return {
    namespaces: sorted(namespaces.flatMap(markedNamespace), ({ name }) => name),
    ...(nodes && { kubelets: [...new Set(nodes.flatMap(kubeletOf))].sort() }),
    ...(disruptionBudgets && { disruptionBudgets: sorted(disruptionBudgets.map(budget), idOf) }),
    ...(jobs && { jobs: sorted(jobs.flatMap(job), idOf) }),
    ...(webhooks && { podWebhooks: [...new Set(webhooks.flatMap(podWebhooks))].sort() }),
    ...(policies && { policies: sorted(parsePolicies(policies), idOf) }),
    ...(sidecars && { sidecars: sorted(sidecars.map(parseSidecar), idOf) }),
    ...(quotas && { quotas: sorted(quotas.map(parseQuota), idOf) }),
    ...(autoscalers && { autoscalers: sorted(autoscalers.flatMap(parseAutoscaler), idOf) }),
    ...(admissionBindings && { safeUpgrades: admissionBindings.some(guardsGatewayApi) }),
    ...(raw.leftovers && { leftovers: sorted(raw.leftovers, ({ crd }) => crd) }),
    ...(raw.unread === undefined || raw.unread.length === 0 ? {} : { unread: raw.unread }),
  };
}

/** The binding that the Gateway API's own bundle brings: its policy does nothing without one. */
function guardsGatewayApi({ metadata }: KubeObject): boolean {
  return metadata.name === 'safe-upgrades.gateway.networking.k8s.io';
}

function markedNamespace(namespace: KubeObject): KubeNamespace[] {
  const { name, labels = {} } = namespace.metadata;
  const podSecurity = labels['pod-security.kubernetes.io/enforce'];
  const ambient = labels['istio.io/dataplane-mode'] === 'ambient';
  const meshes = meshesAskedBy(namespace);
  if (podSecurity === undefined && meshes.length === 0) return [];
  const others = meshes.filter((mesh) => mesh !== 'istio-ambient');
  return [
    {
      name,
      ambient,
      ...(podSecurity === undefined ? {} : { podSecurity }),
      ...(others.length === 0 ? {} : { meshes: others }),
    },
  ];
}

function kubeletOf({ status }: KubeObject & { status?: { nodeInfo?: { kubeletVersion?: string } } }): string[] {
  const version = status?.nodeInfo?.kubeletVersion;
  return version === undefined ? [] : [version];
}

interface Selecting {
  selector?: { matchLabels?: Record<string, string>; matchExpressions?: readonly unknown[] };
}

function budget({ metadata: { name, namespace = '' }, spec }: KubeObject & { spec?: Selecting }): DisruptionBudget {
  const { matchLabels = {}, matchExpressions = [] } = spec?.selector ?? {};
  return { namespace, name, selector: matchExpressions.length > 0 ? null : matchLabels };
}

interface PodTemplate {
  template?: { metadata?: { labels?: Record<string, string>; annotations?: Record<string, string> } };
}

/** A Job that a CronJob made is the CronJob's, and one that has ended starts no pod any more. */
function job({ kind, metadata, spec, status }: KubeObject & { spec?: JobSpec; status?: JobStatus }): KubeJob[] {
  if (hasEnded({ kind, status }) || isOfCronJob({ metadata })) return [];
  const template = (spec?.jobTemplate?.spec ?? spec)?.template?.metadata ?? {};
  const { labels = {}, annotations = {} } = template;
  const asked = labels['sidecar.istio.io/inject'] ?? annotations['sidecar.istio.io/inject'];
  const { name, namespace = '' } = metadata;
  const wish = nativeSidecarWish(template);
  return [{ kind: kind === 'CronJob' ? 'CronJob' : 'Job', namespace, name, optsOut: asked === 'false', ...wish }];
}

type JobSpec = PodTemplate & { jobTemplate?: { spec?: PodTemplate } };
interface JobStatus {
  conditions?: { type?: string; status?: string }[];
}

interface WebhookRule {
  apiGroups?: string[];
  resources?: string[];
}

interface WebhookParts {
  webhooks?: { name?: string; rules?: WebhookRule[] }[];
}

function podWebhooks(configuration: KubeObject): string[] {
  const { webhooks = [] } = configuration as WebhookParts;
  return webhooks
    .filter(({ rules = [] }) => rules.some(takesPods))
    .flatMap(({ name }) => (name === undefined || /(^|\.)istio\.io$/.test(name) ? [] : [name]));
}

/** Pods are of the core group, whose name is empty; a rule that says no group at all is taken for one that may. */
function takesPods({ apiGroups = ['*'], resources = [] }: WebhookRule): boolean {
  return apiGroups.some((one) => one === '' || one === '*') && resources.some((one) => /^(pods|\*|\*\/\*)$/.test(one));
}

function idOf(object: { namespace: string; name: string; kind?: string }): string {
  return `${object.namespace}/${object.kind ?? ''}/${object.name}`;
}

function sorted<One>(list: readonly One[], key: (one: One) => string): One[] {
  return list.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}
