import type { Estate, EstateCluster } from '../../estate/schema.ts';
import { type MeshError, meshError } from '../../errors/index.ts';
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
  const facts = inventorySchema.shape.clusters.element.safeParse(explain(name, raw));
  if (facts.success) return facts.data;
  const [issue] = facts.error.issues;
  throw notUnderstood(name, issue?.path.join('.') ?? 'the cluster', issue?.message ?? 'it is not valid');
}

/**
 * Objects come from a server that has checked them against their kinds: what is of another shape is the word of something
 * else, and no bug here.
 */
function explain(name: string, raw: RawCluster): unknown {
  try {
    return partsOf(name, raw);
  } catch (error) {
    if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
    throw notUnderstood(name, 'an object', 'a part of it is of another type than its kind says', error);
  }
}

function partsOf(name: string, raw: RawCluster): Record<string, unknown> {
  return {
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
  };
}

function notUnderstood(cluster: string, object: string, reason: string, cause?: unknown): MeshError {
  return meshError('MW1209', { cluster, object, reason }, { cause });
}
