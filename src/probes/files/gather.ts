import { meshError } from '../../errors/mesh-error.ts';
import type { Finding } from '../../inventory/schema.ts';
import type { KubeObject } from '../../ports/contracts.ts';
import { resolveConfigMaps } from './config-maps.ts';
import { readDocuments } from './documents.ts';
import { objectName, readObjects, workloadKinds, type SourceObject } from './objects.ts';
import { printable } from './printable.ts';
import { sourceFinding, type SourceText } from './source.ts';

/** More than a cluster of thousands of workloads has. */
const MAX_OBJECTS = 10_000;

/** All objects of the manifests, by what they are good for. */
export interface Gathered {
  workloads: KubeObject[];
  services: KubeObject[];
  policies: KubeObject[];
  findings: Finding[];
}

/** Reads all manifests; workloads come with the literal values of the ConfigMaps they take their environment from. */
export function gather(sources: readonly SourceText[], namespace: string): Gathered {
  const findings: Finding[] = [];
  const objects = sources
    .filter(({ kind }) => kind === 'manifests')
    .flatMap((source) => {
      const documents = readDocuments(source);
      const parsed = documents.found.map((document) => readObjects(document, namespace));
      findings.push(...documents.findings, ...parsed.flatMap((one) => one.findings));
      return parsed.flatMap(({ found }) => found);
    });
  const unique = onceEach(objects.slice(0, MAX_OBJECTS), findings);
  const beyond = objects[MAX_OBJECTS];
  if (beyond !== undefined) findings.push(tooMuch(beyond.source, `${MAX_OBJECTS} objects`));
  const ofKind = (kind: string): KubeObject[] => unique.flatMap(({ object }) => (object.kind === kind ? [object] : []));
  return {
    workloads: resolved(unique, ofKind('ConfigMap'), findings),
    services: ofKind('Service'),
    policies: ofKind('NetworkPolicy'),
    findings,
  };
}

/** A source that holds more than is looked at. */
export function tooMuch(source: string, limit: string): Finding {
  return sourceFinding('error', source, meshError('MW1031', { source, limit }));
}

/** The first of each object; a second one, of another environment most likely, is a finding. */
function onceEach(objects: readonly SourceObject[], findings: Finding[]): SourceObject[] {
  const first = new Map<string, SourceObject>();
  for (const one of objects) {
    const name = objectName(one.object);
    const known = first.get(name);
    if (known === undefined) first.set(name, one);
    else
      findings.push(
        sourceFinding(
          'error',
          one.source,
          meshError('MW1036', { source: one.source, object: name, first: known.source }),
        ),
      );
  }
  return [...first.values()];
}

function resolved(
  objects: readonly SourceObject[],
  configMaps: readonly KubeObject[],
  findings: Finding[],
): KubeObject[] {
  const data = new Map(
    configMaps.map((map) => [
      `${map.metadata.namespace ?? ''}/${map.metadata.name}`,
      (map['data'] ?? {}) as Record<string, string>,
    ]),
  );
  return objects
    .filter(({ object }) => workloadKinds.test(object.kind))
    .map(({ source, object }) => {
      const { object: workload, missing } = resolveConfigMaps(object, data);
      for (const configMap of missing)
        findings.push(
          sourceFinding(
            'warning',
            source,
            meshError('MW1040', { workload: objectName(object), configMap: printable(configMap, 80) }),
          ),
        );
      return workload;
    });
}
