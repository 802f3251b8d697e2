import { meshError } from '../errors/index.ts';
import { asError } from './finding.ts';
import type { KubeManifest } from './operation.ts';
import type { PlanFinding, StageDraft } from './plan.ts';
import type { EstateView } from './view.ts';

/** A Service's name is a label of DNS that begins with a letter (Kubernetes "Object Names and IDs", RFC 1035). */
const SERVICE_NAME = /^[a-z]([a-z0-9-]{0,61}[a-z0-9])?$/;
/** Names of most other objects (Kubernetes "Object Names and IDs", DNS subdomain). */
const OBJECT_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
/** What follows a label's prefix, and its value (Kubernetes "Labels and Selectors"). */
const LABEL_PART = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?$/;
/** As the plan's own format has it. */
const STAGE_ID = /^[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?$/;

/** Whether a plan can hold a stage: one of too long a name is told of, and left out. */
export const hasStageId = ({ id }: Pick<StageDraft, 'id'>): boolean => STAGE_ID.test(id);

/**
 * Objects that a server would refuse for their names, which follow from the names of services and hosts; and two that would
 * be one. Said before anything is applied, rather than by a server half-way.
 */
export function nameFindings(view: EstateView, stages: readonly StageDraft[]): PlanFinding[] {
  const found = stages.flatMap((stage) => {
    const subject = subjectOf(view, stage);
    const words = [...(hasStageId(stage) ? [] : [`stage ${stage.id}: an id has 63 characters at most`]), ...createdBy(stage).flatMap(misnamed)];
    return [...new Set(words)].map((name) => asError(subject, meshError('MW1348', { service: subject, name })));
  });
  return [...found, ...doubles(view, stages)];
}

/** The service that a stage moves, or the first of those on its host. */
const subjectOf = (view: EstateView, { id, subjects: [first = ''] }: StageDraft): string => view.workload(first)?.service ?? id;

const createdBy = ({ steps }: StageDraft): KubeManifest[] =>
  steps.flatMap(({ apply }) => apply).flatMap((operation) => (operation.op === 'kube.create' ? [operation.manifest] : []));

function misnamed({ kind, metadata: { name }, ...rest }: KubeManifest): string[] {
  const isService = kind === 'Service';
  const rule = isService ? 'a letter, then letters, digits and dashes, 63 in all' : 'a DNS subdomain';
  const isNamed = (isService ? SERVICE_NAME : OBJECT_NAME).test(name);
  return [...(isNamed ? [] : [`${kind} ${name}: ${rule}`]), ...labelsIn(rest['spec'], kind === 'Service').flatMap(badLabel)];
}

const badLabel = ([key, value]: readonly [string, string]): string[] =>
  LABEL_PART.test(key.slice(key.indexOf('/') + 1)) && (value === '' || LABEL_PART.test(value))
    ? []
    : [`label ${key}=${value}: 63 characters at most`];

/** All labels that an object gives or selects by. */
function labelsIn(value: unknown, isSelector = false): (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]: [string, unknown]) =>
    key === 'labels' || key === 'matchLabels' || (key === 'selector' && isSelector)
      ? Object.entries(inner as Record<string, string>)
      : labelsIn(inner),
  );
}

/** Names of objects fold what told the estate's apart: hosts are lower case there, and endings are added. */
function doubles(view: EstateView, stages: readonly StageDraft[]): PlanFinding[] {
  const made = stages.flatMap((stage) => createdBy(stage).map((manifest) => ({ stage, manifest })));
  const keyOf = ({ manifest: { apiVersion, kind, metadata } }: (typeof made)[number]): string =>
    `${apiVersion} ${kind} ${metadata.namespace}/${metadata.name}`;
  const stagesOf = [...Map.groupBy(made, keyOf).values()].filter((own) => own.length > 1);
  const pairs = stagesOf.flatMap((own) => own.slice(1).map((one) => [own[0] ?? one, one] as const));
  const errors = pairs.map(([{ stage }, other]) => {
    const [first, subject] = [subjectOf(view, stage), subjectOf(view, other.stage)];
    const { kind, metadata } = other.manifest;
    return asError(subject, meshError('MW1349', { first, second: subject, object: `${kind} ${metadata.namespace}/${metadata.name}` }));
  });
  return [...new Map(errors.map((one) => [one.message, one])).values()];
}
