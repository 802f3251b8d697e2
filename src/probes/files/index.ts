import { meshError } from '../../errors/mesh-error.ts';
import { isUnitRef, type Estate } from '../../estate/schema.ts';
import { findingOf } from '../../inventory/finding.ts';
import type { ClusterFacts, Finding, UnitEnvironment } from '../../inventory/schema.ts';
import { parseCluster } from '../kubernetes/index.ts';
import type { ComposeProject } from '../../inventory/compose.ts';
import { capFindings } from './cap-findings.ts';
import { readCompose } from './compose/index.ts';
import { canBeUnit, DERIVED_NAME, deriveEstate } from './derive-estate.ts';
import { declaresOf, readEnvironmentFile } from './environment-file.ts';
import { gather, tooMuch, type Gathered } from './gather.ts';
import { emptyCluster } from './objects.ts';
import { allowedCalls } from './policies.ts';
import { readHostLists } from './host-lists.ts';
import { printable } from './printable.ts';
import { strangersOf } from './strangers.ts';
import { sourceFinding, type ReadSources, type SourceText } from './source.ts';
import { normalPath } from './compose/paths.ts';

/** What files say: of the one cluster that they are for, and of units on hosts. */
export interface FileFacts {
  /** The estate given, or the one that was made of the files. */
  estate: Estate;
  cluster: ClusterFacts;
  environments: UnitEnvironment[];
  compose: ComposeProject[];
  findings: Finding[];
}

/**
 * Explains files as the probes of a cluster and of hosts explain what they read. They stand for the cluster of the
 * estate's mesh; objects without a namespace lie in the first that the estate names for it. Without an estate one is made
 * of the files, with the hosts of host lists; throws MW1041 where they hold nothing to make it of. Pure.
 */
export function parseFiles({ sources, findings: before }: ReadSources, given?: Estate): FileFacts {
  const name = given?.provider.cluster ?? DERIVED_NAME;
  const [namespace = 'default'] = given?.clusters.find((cluster) => cluster.name === name)?.namespaces ?? [];
  const compose = readCompose(sources);
  const own = sources.filter(({ path }) => !compose.used.has(normalPath(path)));
  const gathered = gather(own, namespace);
  const { cluster, isCut } = clusterOf(name, gathered);
  const environmentFiles = own.filter(({ kind }) => kind === 'environment');
  const stems = [...new Set(environmentFiles.map(({ stem }) => stem))].filter(canBeUnit);
  const lists = readHostLists(sources, given);
  const estate =
    given ?? deriveEstate(cluster, gathered.services, { stems, listed: lists.hosts, projects: compose.projects });
  const found = capFindings([...before, ...gathered.findings, ...lists.findings, ...compose.findings], name);
  if (estate === undefined) throw meshError('MW1041', {}, { details: found.map(({ message }) => message) });
  const units = readEnvironments(environmentFiles, estate);
  return {
    estate,
    cluster,
    environments: units.found,
    compose: compose.projects,
    findings: [
      ...found,
      ...compose.projects.flatMap((project) => strangersOf(project, estate)),
      ...capFindings(units.findings, name),
      ...(isCut ? [tooMuch(name, 'what is read of its NetworkPolicies')] : []),
      findingOf('info', name, meshError('MW1042', { cluster: name })),
    ],
  };
}

function clusterOf(
  name: string,
  { workloads, services, policies }: Gathered,
): { cluster: ClusterFacts; isCut: boolean } {
  const facts = parseCluster(name, { ...emptyCluster(), workloads, services });
  const { calls, isCut } = allowedCalls(policies, { workloads, services });
  return { cluster: { ...facts, origin: 'files', ...(calls.length === 0 ? {} : { allowedCalls: calls }) }, isCut };
}

function readEnvironments(
  sources: readonly SourceText[],
  estate: Estate,
): { found: UnitEnvironment[]; findings: Finding[] } {
  const known = new Set(estate.services.flatMap(({ hostname }) => hostname ?? []));
  const found: UnitEnvironment[] = [];
  const findings: Finding[] = [];
  for (const source of sources) {
    const unit = `${source.stem}.service`;
    const refs = estate.services.flatMap(({ workload }) =>
      isUnitRef(workload) && workload.unit === unit ? [workload] : [],
    );
    const { found: variables, findings: problems } = readEnvironmentFile(source);
    findings.push(...problems);
    if (refs.length === 0)
      findings.push(
        sourceFinding('error', source.name, meshError('MW1038', { source: source.name, unit: printable(unit) })),
      );
    const declares = declaresOf(variables, known);
    found.push(...refs.map(({ host }) => ({ host, unit, file: source.name, declares })));
  }
  return { found, findings };
}
