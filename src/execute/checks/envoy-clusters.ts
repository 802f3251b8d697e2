import { z } from 'zod';

const maxBytes = 32 * 1024 * 1024;

/** What is read of Envoy's `GET /clusters?format=json` (envoy.admin.v3.Clusters); flags that are false are left out there. */
const hostStatus = z.looseObject({
  health_status: z.looseObject({ eds_health_status: z.string().optional() }).optional(),
});
const clustersSchema = z.looseObject({
  cluster_statuses: z
    .array(z.looseObject({ name: z.string(), host_statuses: z.array(hostStatus).default([]) }))
    .default([]),
});

const healthyByDiscovery = new Set(['HEALTHY', 'UNKNOWN']);
const failures = [
  'failed_active_health_check',
  'failed_outlier_check',
  'failed_active_degraded_check',
  'pending_dynamic_removal',
  'excluded_via_immediate_hc_fail',
];

/** How many endpoints of a cluster a proxy would send to; null when it does not know the cluster. Throws on anything that is not Envoy's answer. */
export function countHealthyEndpoints(json: string, cluster: string): number | null {
  if (json.length > maxBytes) throw new Error(`the answer is larger than ${maxBytes} bytes`);
  const { cluster_statuses: clusters } = clustersSchema.parse(JSON.parse(json));
  const found = clusters.find(({ name }) => name === cluster);
  return found === undefined ? null : found.host_statuses.filter(isHealthy).length;
}

function isHealthy({ health_status: health = {} }: z.infer<typeof hostStatus>): boolean {
  return (
    healthyByDiscovery.has(health.eds_health_status ?? 'UNKNOWN') &&
    failures.every((flag) => (health as Record<string, unknown>)[flag] !== true)
  );
}
