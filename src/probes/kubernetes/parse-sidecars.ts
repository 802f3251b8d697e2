import type { SidecarScope } from '../../inventory/schema.ts';
import type { KubeObject } from '../../ports/contracts.ts';

interface SidecarSpec {
  workloadSelector?: { labels?: Record<string, string> } | null;
  egress?: readonly { hosts?: readonly string[] | null }[] | null;
  outboundTrafficPolicy?: { mode?: string } | null;
}

/** What an Istio Sidecar tells proxies of. Without `egress` it limits nothing (Istio "Sidecar"). */
export function parseSidecar({ metadata: { name, namespace = '' }, ...rest }: KubeObject): SidecarScope {
  const { workloadSelector, egress, outboundTrafficPolicy } = (rest['spec'] ?? {}) as SidecarSpec;
  const hosts = (egress ?? []).flatMap((listener) => listener.hosts ?? []);
  return {
    namespace,
    name,
    selector: workloadSelector?.labels ?? {},
    hosts: [...new Set(hosts)].sort(),
    registryOnly: outboundTrafficPolicy?.mode === 'REGISTRY_ONLY',
  };
}
