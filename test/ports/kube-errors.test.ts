import { describe, expect, it } from 'vitest';
import {
  conflictingManagers,
  fromFailure,
  fromStatus,
  isBrokenConnection,
  isRetryable,
  type KubeQuestion,
  retryAfterSeconds,
} from '../../src/ports/kube-errors.ts';

const question: KubeQuestion = {
  cluster: 'lab',
  server: 'https://192.0.2.1:6443',
  context: 'lab',
  verb: 'patch',
  resource: 'deployments.apps',
  scope: 'namespace shop',
  object: 'Deployment shop/web',
};
const fieldConflict = (manager: string): object => ({
  reason: 'FieldManagerConflict',
  message: `conflict with "${manager}" using apps/v1`,
  field: '.spec.replicas',
});

describe('answers of the API server', () => {
  it.each<[number, object | null, string, object]>([
    [401, null, 'MW1202', { cluster: 'lab', context: 'lab' }],
    [
      403,
      { message: 'deployments.apps "web" is forbidden: User "v" cannot patch resource "deployments"' },
      'MW1203',
      { verb: 'patch', resource: 'deployments.apps', scope: 'namespace shop' },
    ],
    [403, { message: 'pods "x" is forbidden: exceeded quota: small' }, 'MW1208', { status: 403 }],
    [404, { reason: 'NotFound' }, 'MW1210', { object: 'Deployment shop/web' }],
    [404, { message: 'page not found' }, 'MW1208', { status: 404 }],
    [409, { reason: 'AlreadyExists' }, 'MW1211', {}],
    [409, { reason: 'Conflict', message: 'the object has been modified' }, 'MW1212', {}],
    [
      409,
      { reason: 'Conflict', details: { causes: [fieldConflict('helm'), fieldConflict('hpa'), fieldConflict('helm')] } },
      'MW1207',
      { manager: 'helm, hpa' },
    ],
    [422, { message: 'is invalid' }, 'MW1208', { status: 422, detail: 'is invalid' }],
    [500, null, 'MW1208', { detail: 'no further word' }],
  ])('%i %j is %s', (status, body, code, args) => {
    const error = fromStatus(question, status, body);
    expect(error).toMatchObject({ code, args });
  });

  it('name every manager once, and quote no more of one than a name', () => {
    expect(conflictingManagers({ details: { causes: [{ reason: 'FieldManagerConflict', message: 'odd' }] } })).toEqual([
      'an unnamed manager',
    ]);
    expect(conflictingManagers('text')).toEqual([]);
  });

  it('may be asked again when the server was only busy', () => {
    expect([429, 503, 504].every(isRetryable)).toBe(true);
    expect([200, 403, 409, 500].some(isRetryable)).toBe(false);
    expect([
      retryAfterSeconds({ details: { retryAfterSeconds: 3 } }),
      retryAfterSeconds({ details: { retryAfterSeconds: 900 } }),
      retryAfterSeconds(null),
    ]).toEqual([3, 10, 1]);
  });
});

describe('requests without an answer', () => {
  it('are told apart by whether a connection broke or none came about', () => {
    const caused = (code: string): Error =>
      new TypeError('fetch failed', { cause: Object.assign(new Error('inner'), { code }) });
    expect(['ECONNRESET', 'UND_ERR_SOCKET'].map((code) => isBrokenConnection(caused(code)))).toEqual([true, true]);
    expect([caused('ECONNREFUSED'), new Error('other'), 'text'].map(isBrokenConnection)).toEqual([false, false, false]);
  });

  it.each<[unknown, string]>([
    [
      new TypeError('fetch failed', {
        cause: Object.assign(new Error('connect ECONNREFUSED 192.0.2.1:6443'), { code: 'ECONNREFUSED' }),
      }),
      'connect ECONNREFUSED 192.0.2.1:6443',
    ],
    [
      new TypeError('fetch failed', {
        cause: Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }),
      }),
      'self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT)',
    ],
    [new DOMException('The operation was aborted', 'TimeoutError'), 'no answer in time'],
    [new AggregateError([new Error('first address'), new Error('second')]), 'first address'],
    [{ message: 'a WebSocket event' }, 'a WebSocket event'],
    ['text', 'text'],
  ])('%s', (failure, reason) => {
    expect(fromFailure(question, failure)).toMatchObject({ code: 'MW1201', args: { reason, server: question.server } });
  });
});
