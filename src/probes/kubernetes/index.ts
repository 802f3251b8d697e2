import type { Estate, EstateCluster } from '../../estate/schema.ts';
import { meshError } from '../../errors/index.ts';
import { type ClusterFacts, inventorySchema } from '../../inventory/schema.ts';
import type { KubePort } from '../../ports/contracts.ts';
import { parseGatewayCrds } from './parse-gateway-crds.ts';
import { parseMesh } from './parse-mesh.ts';
import { parseNetworkPolicies } from './parse-network-policies.ts';
import { parseCrds, parseServices } from './parse-services.ts';
import { parseRegistrations } from './parse-registrations.ts';
import { parseSurroundings } from './parse-surroundings.ts';
import { parseWorkloads } from './parse-workloads.ts';
import { readRaw, type RawCluster } from './read.ts';

/** Looks at one cluster of the estate. A mesh or CRDs that are missing are facts; a cluster that cannot be asked throws its code. */
export async function readCluster(kube: KubePort, cluster: EstateCluster, _estate: Estate): Promise<ClusterFacts> {
  return parseCluster(cluster.name, await readRaw(kube, cluster));
}

/** Explains what the API server returned; throws MW1209 where that is beyond what an inventory may hold. Pure. */
export function parseCluster(name: string, raw: RawCluster): ClusterFacts {
  const facts = inventorySchema.shape.clusters.element.safeParse({
    name,
    version: raw.version,
    uid: raw.uid,
    mesh: parseMesh(raw.controlPlane, raw.namespaces),
    crds: parseCrds(raw.crds),
    ...(raw.surroundings === undefined ? {} : { gatewayCrds: parseGatewayCrds(raw.crds) }),
    workloads: parseWorkloads(raw.workloads, raw.pods, raw.services),
    services: parseServices(raw.services, raw.endpointSlices),
    ...parseSurroundings(raw.surroundings, raw.namespaces),
    ...parseRegistrations(raw.registrations),
    ...parseNetworkPolicies(raw),
  });
  if (facts.success) return facts.data;
  const [issue] = facts.error.issues;
  throw meshError('MW1209', {
    cluster: name,
    object: issue?.path.join('.') ?? 'the cluster',
    reason: issue?.message ?? 'it is not valid',
  });
}
