import type { Membership, MeshName } from '../../inventory/schema.ts';
import type { KubeObject } from '../../ports/contracts.ts';

type Marks = Readonly<Record<string, string>>;
interface Marked {
  labels?: Marks;
  annotations?: Marks;
}

/** How one mesh is told by what it leaves on pods, and by what asks for it. */
interface MeshMarks {
  mesh: MeshName;
  /** Its proxy in a pod. */
  containers: readonly string[];
  /** What its injector or its node agent writes on a pod that is in it. */
  isIn(marks: Required<Marked>): boolean;
  /** What a pod template or a namespace asks for it by. */
  isAsked(marks: Required<Marked>): boolean;
}

const yes = /^(true|enabled|ingress)$/;

/**
 * Istio: `pkg/inject`, and `ambient.istio.io/redirection` of its CNI. Linkerd: reference, "Proxy configuration". Consul on
 * Kubernetes: "Annotations and labels". Kuma: "Kubernetes annotations and labels".
 */
const all: readonly MeshMarks[] = [
  {
    mesh: 'istio',
    containers: ['istio-proxy'],
    isIn: () => false,
    isAsked: ({ labels }) => labels['sidecar.istio.io/inject'] === 'true',
  },
  {
    mesh: 'istio-ambient',
    containers: [],
    isIn: ({ annotations }) => annotations['ambient.istio.io/redirection'] === 'enabled',
    isAsked: ({ labels }) => labels['istio.io/dataplane-mode'] === 'ambient',
  },
  {
    mesh: 'linkerd',
    containers: ['linkerd-proxy'],
    isIn: ({ annotations }) => annotations['linkerd.io/proxy-version'] !== undefined,
    isAsked: ({ annotations }) => yes.test(annotations['linkerd.io/inject'] ?? ''),
  },
  {
    mesh: 'consul',
    containers: ['consul-dataplane'],
    isIn: ({ annotations }) => annotations['consul.hashicorp.com/connect-inject-status'] === 'injected',
    isAsked: ({ annotations }) => yes.test(annotations['consul.hashicorp.com/connect-inject'] ?? ''),
  },
  {
    mesh: 'kuma',
    containers: ['kuma-sidecar'],
    isIn: ({ annotations }) => annotations['kuma.io/sidecar-injected'] === 'true',
    isAsked: ({ labels, annotations }) =>
      [labels, annotations].some((marks) => yes.test(marks['kuma.io/sidecar-injection'] ?? '')),
  },
];

/** Meshes that running pods are in, else those that their template asks for. */
export function membershipsOf(template: Marked, pods: readonly KubeObject[]): Membership[] {
  return all.flatMap(({ mesh, containers, isIn, isAsked }): Membership[] => {
    const isSeen = pods.some(
      (pod) => isIn(marksOf(pod.metadata)) || namesOf(pod).some((name) => containers.includes(name)),
    );
    if (isSeen) return [{ mesh, by: 'pods' }];
    return isAsked(marksOf(template)) ? [{ mesh, by: 'template' }] : [];
  });
}

/** Meshes beside Istio's sidecars that the marks of a namespace put its pods into. */
export function meshesAskedBy({ metadata }: KubeObject): MeshName[] {
  const marks = marksOf(metadata);
  return all.flatMap(({ mesh, isAsked }) => (mesh !== 'istio' && isAsked(marks) ? [mesh] : []));
}

function marksOf({ labels, annotations }: Marked): Required<Marked> {
  return { labels: labels ?? {}, annotations: annotations ?? {} };
}

function namesOf(pod: KubeObject): string[] {
  const spec = (pod['spec'] ?? {}) as { containers?: { name?: string }[]; initContainers?: { name?: string }[] };
  return [...(spec.containers ?? []), ...(spec.initContainers ?? [])].flatMap(({ name }) => name ?? []);
}
