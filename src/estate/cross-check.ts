import { ladderProblems, waveProblems } from './cross-check-policy.ts';
import { exemptionName, isWaiver } from './exemptions.ts';
import { twinsProblems } from './cross-check-twins.ts';
import { approvalProblems, freezeProblems, type Problem } from './freeze-check.ts';
import { isUnitRef, type Estate, type EstateService, type KubeWorkloadRef, type UnitRef } from './schema.ts';

/** Names that are used but not there, names given twice, and settings that contradict each other. */
export function crossCheck(estate: Estate): Problem[] {
  return [
    ...duplicates(
      'hosts',
      estate.hosts.map(({ name }) => name),
    ),
    ...duplicates(
      'clusters',
      estate.clusters.map(({ name }) => name),
    ),
    ...duplicates(
      'services',
      estate.services.map(({ name }) => name),
    ),
    ...sharedNames(estate),
    ...sharedWorkloads(estate),
    ...unknownCluster(estate, estate.provider.cluster, ['provider', 'cluster']),
    ...estate.services.flatMap((service, index) => serviceProblems(estate, service, ['services', index])),
    ...exemptionProblems(estate),
    ...ladderProblems(estate.policy.ladder),
    ...waveProblems(estate, unknownService),
    ...freezeProblems(estate),
    ...approvalProblems(estate),
  ];
}

function duplicates(list: string, names: readonly string[]): Problem[] {
  return names.flatMap((name, index) =>
    names.indexOf(name) < index ? [{ path: [list, index, 'name'], message: `"${name}" is there already` }] : [],
  );
}

/** Two services may share a name on different ports, not on the same: callers could not be told apart. */
function sharedNames({ services }: Estate): Problem[] {
  const keys = services.map(({ hostname, port }) => (hostname === undefined ? undefined : `${hostname}:${port ?? ''}`));
  return keys.flatMap((key, index) =>
    key !== undefined && keys.indexOf(key) < index
      ? [{ path: ['services', index, 'hostname'], message: `another service has ${key} already` }]
      : [],
  );
}

function sharedWorkloads({ services }: Estate): Problem[] {
  const uses = services.flatMap(({ workload, twin, twins = [] }, index) => [
    { key: workloadKey(workload), path: ['services', index, 'workload'] },
    ...(twin === undefined ? [] : [{ key: workloadKey(twin), path: ['services', index, 'twin'] }]),
    ...twins.map((ref, at) => ({ key: workloadKey(ref), path: ['services', index, 'twins', at] })),
  ]);
  return uses.flatMap(({ key, path }, index) =>
    uses.findIndex((other) => other.key === key) < index
      ? [{ path, message: `${key} belongs to another service already` }]
      : [],
  );
}

function workloadKey(ref: UnitRef | KubeWorkloadRef): string {
  return isUnitRef(ref) ? `${ref.unit} on ${ref.host}` : `${ref.kind} ${ref.namespace}/${ref.name} in ${ref.cluster}`;
}

function serviceProblems(estate: Estate, service: EstateService, path: (string | number)[]): Problem[] {
  const { workload, twin, twins = [], hostname, port, protocol, serverFirst, callsRarely } = service;
  return [
    ...refProblems(estate, workload, [...path, 'workload']),
    ...(twin === undefined ? [] : refProblems(estate, twin, [...path, 'twin'])),
    ...twins.flatMap((ref, at) => refProblems(estate, ref, [...path, 'twins', at])),
    ...twinsProblems(service, path),
    ...(twin !== undefined && !isUnitRef(workload)
      ? [{ path: [...path, 'twin'], message: 'only a unit on a host can have a twin' }]
      : []),
    ...(hostname !== undefined && port === undefined
      ? [{ path: [...path, 'hostname'], message: 'a hostname needs the port its callers use (`port`)' }]
      : []),
    ...(serverFirst && protocol !== 'tcp'
      ? [{ path: [...path, 'serverFirst'], message: 'only a service of protocol tcp can speak first' }]
      : []),
    ...callsRarely.flatMap((name, index) => unknownService(estate, name, [...path, 'callsRarely', index])),
  ];
}

function exemptionProblems(estate: Estate): Problem[] {
  const keys = estate.exemptions.map(exemptionName);
  return estate.exemptions.flatMap((one, index) => [
    ...(isWaiver(one) ? [] : unknownService(estate, one.service, ['exemptions', index, 'service'])),
    ...(keys.indexOf(keys[index] ?? '') < index
      ? [
          {
            path: ['exemptions', index, ...(isWaiver(one) ? [] : ['caller'])],
            message: `${keys[index]} is exempt already`,
          },
        ]
      : []),
  ]);
}

function unknownService(estate: Estate, service: string, path: (string | number)[]): Problem[] {
  return estate.services.some(({ name }) => name === service)
    ? []
    : [{ path, message: `no service is named "${service}"` }];
}

function refProblems(estate: Estate, ref: UnitRef | KubeWorkloadRef, path: (string | number)[]): Problem[] {
  if (!isUnitRef(ref))
    return [...unknownCluster(estate, ref.cluster, [...path, 'cluster']), ...unknownNamespace(estate, ref, path)];
  return estate.hosts.some(({ name }) => name === ref.host)
    ? []
    : [{ path: [...path, 'host'], message: `no host is named "${ref.host}"` }];
}

function unknownCluster(estate: Estate, cluster: string, path: (string | number)[]): Problem[] {
  return estate.clusters.some(({ name }) => name === cluster)
    ? []
    : [{ path, message: `no cluster is named "${cluster}"` }];
}

function unknownNamespace(
  estate: Estate,
  { cluster, namespace }: KubeWorkloadRef,
  path: (string | number)[],
): Problem[] {
  const known = estate.clusters.find(({ name }) => name === cluster)?.namespaces;
  if (known === undefined || known.includes(namespace)) return [];
  return [
    { path: [...path, 'namespace'], message: `namespace "${namespace}" is not among those of cluster "${cluster}"` },
  ];
}
