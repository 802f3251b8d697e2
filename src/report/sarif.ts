import type { AssessFinding, Assessment, WaivedFinding } from '../assess/schema.ts';
import { catalogue } from '../errors/index.ts';
import { sanitizeJson, sanitizeLine } from './sanitize.ts';

/** Who wrote the log, and the file that its results point at. */
export interface SarifContext {
  version: string;
  /** The estate file, as the command line names it: code scanning shows results at a file. */
  file: string;
}

const LIMIT = 4_000;
const levels = { error: 'error', warning: 'warning', info: 'note' } as const;

/**
 * The assessment as a SARIF 2.1.0 log. What nobody knows is of kind `open`: too little is known to decide whether there is a
 * problem (3.27.9). Checks that passed or are moot are no results, for some readers show every result as an alert.
 */
export function renderSarif(assessment: Assessment, context: SarifContext): string {
  const { checks, capturedAt, readiness } = assessment;
  const outcomes = checks.map(({ id, outcome }) => ({ id, outcome }));
  return renderSarifLog(assessment, { capturedAt, readiness, checks: outcomes }, context);
}

/** Findings of whatever looked, as the same log. @param properties of the run */
export function renderSarifLog(
  { checks, findings: stands, waived }: Pick<Assessment, 'checks' | 'findings' | 'waived'>,
  properties: object,
  { version, file }: SarifContext,
): string {
  const findings: readonly Suppressible[] = [...stands, ...waived];
  const unread = checks.filter(({ outcome, because }) => outcome === 'unknown' && because !== undefined);
  const rules = [
    ...[...new Set(findings.map(({ code }) => code))].sort().map(codeRule),
    ...unread.map(({ id, title }) => ({ id, shortDescription: { text: title } })),
  ];
  const indexOf = new Map(rules.map(({ id }, index) => [id, index]));
  const shared = Map.groupBy(findings, marksOf);
  const isShared = (finding: AssessFinding): boolean => (shared.get(marksOf(finding)) ?? []).length > 1;
  const results = [
    ...findings.map((finding) => ({
      ...result(finding, file, isShared(finding)),
      ruleIndex: indexOf.get(finding.code) ?? -1,
    })),
    ...unread.map((check) => ({ ...unreadResult(check, file), ruleIndex: indexOf.get(check.id) ?? -1 })),
  ].map((one) => (waived.length > 0 ? { suppressions: [], ...one } : one));
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'meshway', version, rules } },
        columnKind: 'utf16CodeUnits',
        properties,
        results,
      },
    ],
  };
  return sanitizeJson(JSON.stringify(log, null, 2));
}

/** In a log in which something is suppressed, every result says whether it is (3.27.23). */
type Suppressible = AssessFinding & Partial<Pick<WaivedFinding, 'waiver'>>;

interface Rule {
  id: string;
  shortDescription: { text: string };
  fullDescription?: { text: string };
  help?: { text: string };
}

/** A rule's texts are templates: `{host}` becomes HOST. */
function codeRule(code: string): Rule {
  const entry = Object.entries(catalogue).find(([known]) => known === code)?.[1];
  if (entry === undefined) return { id: code, shortDescription: { text: code } };
  const words = (template: string): { text: string } => ({
    text: template.replaceAll(/\{(\w+)\}/g, (_, name: string) => name.toUpperCase()),
  });
  return {
    id: code,
    shortDescription: words(entry.title),
    fullDescription: words(entry.cause),
    help: words(entry.fix),
  };
}

/** What tells a finding from the others of an assessment, and stays the same from one to the next. */
function marksOf({ check, code, subject, evidence }: AssessFinding): string {
  return `${check} ${code} ${subject} ${evidence}`;
}

/** @param isShared whether another finding has the same marks: then its words tell it apart */
function result(finding: Suppressible, file: string, isShared: boolean): object {
  const { code, level, subject, cause, evidence, fix, check, owners, waiver } = finding;
  const verdict = level === 'unknown' ? { kind: 'open', level: 'none' } : { kind: 'fail', level: levels[level] };
  return {
    ruleId: code,
    ...verdict,
    message: { text: message(`${cause}${evidence === '' ? '' : ` Seen: ${evidence}.`} ${fix}`) },
    locations: [location(subject, file)],
    partialFingerprints: {
      'meshway/v1': plain(`${marksOf(finding)}${level === 'unknown' || isShared ? ` ${cause}` : ''}`),
    },
    properties: {
      ...{ check, subject: plain(subject), evidence: plain(evidence) },
      ...(owners && { owners: owners.map(plain) }),
    },
    ...(waiver && { suppressions: [suppression(waiver)] }),
  };
}

/** `external`: said elsewhere than in what was analysed (3.35.2); the register is the estate's. */
function suppression({ reason, owner, expires }: WaivedFinding['waiver']): object {
  const justification = plain(`${reason} (${owner}, until ${expires})`);
  return { kind: 'external', status: 'accepted', justification, properties: { owner: plain(owner), expires } };
}

/** A check that discovery gave nothing to look at. */
function unreadResult({ id, title, because = '' }: Assessment['checks'][number], file: string): object {
  const text = message(`${title}: ${because}`);
  return { ruleId: id, kind: 'open', level: 'none', message: { text }, locations: [location('estate', file)] };
}

function location(subject: string, file: string): object {
  return {
    physicalLocation: { artifactLocation: { uri: fileUri(file) }, region: { startLine: 1 } },
    logicalLocations: [{ fullyQualifiedName: plain(subject), kind: 'resource' }],
  };
}

/** A relative path stays relative, so that code scanning finds it in the repository. */
function fileUri(file: string): string {
  const encoded = plain(file).split('/').map(encodeURIComponent).join('/');
  return file.startsWith('/') ? `file://${encoded}` : encoded;
}

function plain(text: string): string {
  return sanitizeLine(text, LIMIT);
}

/** In a message braces are placeholders and brackets links (SARIF 2.1.0, 3.11.5 and 3.11.6): from here neither is. */
function message(text: string): string {
  return plain(text)
    .replaceAll(/[\\[\]]/g, String.raw`\$&`)
    .replaceAll(/[{}]/g, '$&$&');
}
