import type { WorkloadOwner } from '../../inventory/schema.ts';
import type { KubeObject } from '../../ports/contracts.ts';

type Marks = Readonly<Record<string, string>>;

/** The field managers that Argo CD's application controller writes under: today, and in earlier releases. */
const argoManagers = ['argocd-controller', 'argocd-application-controller'];
/** Names of Kubernetes objects and of Helm releases. What is longer or stranger is no tool's mark. */
const plainName = /^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/;

/**
 * The tool that writes this workload from a source of its own, by the marks that this tool leaves itself. A label that
 * people and charts write too counts only where the managed fields show the tool at work.
 *
 * - Helm stamps the label and both annotations on all it installs: helm/helm, `pkg/action/validate.go`.
 * - Argo CD: user guide, "Resource Tracking".
 * - Flux: labels of kustomize-controller and helm-controller, their name and namespace.
 *
 * A HelmRelease of Flux leaves Helm's marks too, and so may a chart that Argo CD took over: the outer tool comes first.
 */
export function ownerOf(workload: KubeObject): WorkloadOwner | undefined {
  const { labels = {}, annotations = {} } = workload.metadata;
  return argoOwner(workload) ?? fluxOwner(labels) ?? helmOwner(labels, annotations);
}

function argoOwner(workload: KubeObject): WorkloadOwner | undefined {
  const { labels = {}, annotations = {}, managedFields = [] } = workload.metadata;
  const tracking = annotations['argocd.argoproj.io/tracking-id'];
  if (tracking !== undefined) return isOf(workload, tracking) ? application(tracking.split(':')[0]) : undefined;
  const isArgosWork = managedFields.some(({ manager = '' }) => argoManagers.includes(manager));
  return application(
    labels['argocd.argoproj.io/instance'] ?? (isArgosWork ? labels['app.kubernetes.io/instance'] : undefined),
  );
}

/** Argo CD heeds no id that names another object: some tools copy objects with their annotations ("Non self-referencing annotations"). */
function isOf({ kind, metadata: { namespace = '', name } }: KubeObject, tracking: string): boolean {
  return tracking.endsWith(`/${kind}:${namespace}/${name}`);
}

/** An Application outside Argo CD's own namespace is called NAMESPACE_NAME ("Applications in any namespace"). */
function application(tracked: string | undefined): WorkloadOwner | undefined {
  const [name, namespace] = (tracked ?? '').split('_').toReversed();
  return owner('argocd', name, namespace);
}

function fluxOwner(labels: Marks): WorkloadOwner | undefined {
  const by = (tool: 'flux-helm' | 'flux-kustomize', group: string): WorkloadOwner | undefined =>
    owner(tool, labels[`${group}.toolkit.fluxcd.io/name`], labels[`${group}.toolkit.fluxcd.io/namespace`]);
  return by('flux-kustomize', 'kustomize') ?? by('flux-helm', 'helm');
}

/** The label alone is what `helm template` leaves: then there is no release. */
function helmOwner(labels: Marks, annotations: Marks): WorkloadOwner | undefined {
  if (labels['app.kubernetes.io/managed-by'] !== 'Helm') return undefined;
  return owner('helm', annotations['meta.helm.sh/release-name'], annotations['meta.helm.sh/release-namespace']);
}

function owner(
  by: WorkloadOwner['by'],
  name: string | undefined,
  namespace: string | undefined,
): WorkloadOwner | undefined {
  if (name === undefined || !plainName.test(name)) return undefined;
  return { by, name, ...(namespace !== undefined && plainName.test(namespace) ? { namespace } : {}) };
}
