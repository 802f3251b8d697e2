import { meshError, type MeshError } from '../errors/index.ts';

/** What was asked of the API server, in the words that an RBAC rule uses. */
export interface KubeQuestion {
  cluster: string;
  server: string;
  context: string;
  verb: 'get' | 'list' | 'create' | 'patch' | 'update' | 'delete';
  /** `deployments.apps`, `pods/exec`, or a path without a resource. */
  resource: string;
  /** `namespace shop` or `cluster-wide`. */
  scope: string;
  /** `Deployment shop/catalog`. */
  object: string;
}

/** The parts of a metav1.Status that explain a refusal. Everything in it is the server's word, hence optional. */
interface StatusBody {
  reason?: string;
  message?: string;
  details?: { causes?: { reason?: string; message?: string; field?: string }[]; retryAfterSeconds?: number };
}

const detailLimit = 1000;

/** Explains an answer other than 2xx. */
export function fromStatus(question: KubeQuestion, status: number, body: unknown): MeshError {
  const { cluster, context, object } = question;
  const answer = asStatus(body);
  if (isFormerHolder(answer)) return meshError('MW1615', { object, cluster });
  if (status === 401) return meshError('MW1202', { cluster, context });
  if (status === 403 && isAccessDenial(answer)) return forbidden(question);
  if (status === 404 && answer.reason === 'NotFound') return meshError('MW1210', { object, cluster });
  if (status === 409) return conflict(question, answer) ?? refused(question, status, answer);
  return refused(question, status, answer);
}

/** Explains a request that got no answer: name, route, TLS, time. */
export function fromFailure(question: KubeQuestion, failure: unknown): MeshError {
  return meshError(
    'MW1201',
    { cluster: question.cluster, server: question.server, reason: describeFailure(failure) },
    { cause: failure },
  );
}

/** True when the same request may be sent again: the server did not take it on. */
export function isRetryable(status: number): boolean {
  return status === 429 || status === 503 || status === 504;
}

/** True when a connection that was open broke: an idle one that the server closed at that moment, or a server that restarts. */
export function isBrokenConnection(failure: unknown): boolean {
  if (!(failure instanceof Error)) return false;
  const code = 'code' in failure ? failure.code : undefined;
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET' || isBrokenConnection(failure.cause);
}

/** Seconds the server asks to wait, 1 when it does not say, never more than 10. */
export function retryAfterSeconds(body: unknown): number {
  const seconds = asStatus(body).details?.retryAfterSeconds;
  return typeof seconds === 'number' && seconds > 0 ? Math.min(seconds, 10) : 1;
}

/** Names of the managers that a server-side apply ran into, each once: `conflict with "helm" using apps/v1` names helm. */
export function conflictingManagers(body: unknown): string[] {
  const causes = asStatus(body).details?.causes ?? [];
  const names = causes
    .filter((cause) => cause.reason === 'FieldManagerConflict')
    .map((cause) => /"([^"]{1,128})"/.exec(cause.message ?? '')?.[1] ?? 'an unnamed manager');
  return [...new Set(names)];
}

function conflict(question: KubeQuestion, answer: StatusBody): MeshError | null {
  const { cluster, object } = question;
  const managers = conflictingManagers(answer);
  if (managers.length > 0) {
    return meshError(
      'MW1207',
      { object, cluster, manager: managers.join(', ') },
      {
        details: (answer.details?.causes ?? [])
          .map((cause) => `${cause.field ?? '?'}: ${cause.message ?? '?'}`)
          .slice(0, 50),
      },
    );
  }
  if (answer.reason === 'AlreadyExists') return meshError('MW1211', { object, cluster });
  return answer.reason === 'Conflict' ? meshError('MW1212', { object, cluster }) : null;
}

function forbidden(question: KubeQuestion): MeshError {
  const { cluster, verb, resource, scope } = question;
  return meshError('MW1203', { cluster, verb, resource, scope });
}

function refused(question: KubeQuestion, status: number, answer: StatusBody): MeshError {
  const { cluster, verb, object } = question;
  return meshError('MW1208', {
    cluster,
    verb,
    object,
    status,
    detail: (answer.message ?? 'no further word').slice(0, detailLimit),
  });
}

/** RBAC's refusal, as against an admission plugin's (quota, policy, a namespace that is going away), which is 403 too. */
function isAccessDenial(answer: StatusBody): boolean {
  return answer.message === undefined || /\bcannot [a-z]+ (resource|path)\b/.test(answer.message);
}

/** Our own admission policy's refusal (src/execute/holding). */
function isFormerHolder({ message = '' }: StatusBody): boolean {
  return /^.*ValidatingAdmissionPolicy 'meshway-.*denied request: meshway: another holder/.test(message);
}

function asStatus(body: unknown): StatusBody {
  return typeof body === 'object' && body !== null ? body : {};
}

/** The innermost cause speaks plainest: `fetch failed` wraps ECONNREFUSED, ENOTFOUND or a certificate error. */
function describeFailure(failure: unknown): string {
  if (!(failure instanceof Error)) return eventMessage(failure);
  if (failure.name === 'TimeoutError') return 'no answer in time';
  const inner: unknown = failure instanceof AggregateError ? failure.errors[0] : failure.cause;
  if (inner instanceof Error) return describeFailure(inner);
  const code = 'code' in failure && typeof failure.code === 'string' ? failure.code : '';
  const said = failure.message.slice(0, detailLimit);
  return code !== '' && !said.includes(code) ? `${said} (${code})` : said || code || failure.name;
}

/** WebSocket failures arrive as events, not errors. */
function eventMessage(failure: unknown): string {
  const message = typeof failure === 'object' && failure !== null && 'message' in failure ? failure.message : failure;
  return String(message).slice(0, detailLimit);
}
