import { z } from 'zod';

const maxBytes = 32 * 1024 * 1024;

/** What is read of Envoy's `GET /clusters?format=json` (envoy.admin.v3.Clusters); flags that are false are left out there. */
const hostStatus = z.looseObject({
  health_status: z.looseObject({ eds_health_status: z.string().optional() }).optional(),
  stats: z.array(z.looseObject({ name: z.string().optional(), value: z.string().optional() })).default([]),
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
  const found = clustersOf(json).find(({ name }) => name === cluster);
  return found === undefined ? null : found.host_statuses.filter(isHealthy).length;
}

function clustersOf(json: string): z.infer<typeof clustersSchema>['cluster_statuses'] {
  if (json.length > maxBytes) throw new Error(`the answer is larger than ${maxBytes} bytes`);
  return clustersSchema.parse(JSON.parse(json)).cluster_statuses;
}

/** A service that a proxy knows, and whether it has sent to any of the endpoints that it has of it now. */
export interface KnownService {
  host: string;
  isCalled: boolean;
}

/**
 * The services of the mesh that a proxy knows, by the names of its clusters, `outbound|PORT|SUBSET|HOST`. Counts of an
 * endpoint are there whatever the mesh has its proxies keep (Envoy "GET /clusters": `cx_total`, `rq_total`). Throws on
 * anything that is not Envoy's answer.
 */
export function knownServices(json: string): KnownService[] {
  return clustersOf(json).flatMap(({ name, host_statuses: endpoints }) => {
    const [direction, , , host] = name.split('|');
    const isCalled = endpoints.some(({ stats }) => stats.some(isCount));
    return direction === 'outbound' && host !== undefined ? [{ host, isCalled }] : [];
  });
}

const isCount = ({ name, value }: { name?: string | undefined; value?: string | undefined }): boolean =>
  (name === 'cx_total' || name === 'rq_total') && Number(value ?? 0) > 0;

function isHealthy({ health_status: health = {} }: z.infer<typeof hostStatus>): boolean {
  return (
    healthyByDiscovery.has(health.eds_health_status ?? 'UNKNOWN') &&
    failures.every((flag) => (health as Record<string, unknown>)[flag] !== true)
  );
}
