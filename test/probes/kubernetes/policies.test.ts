import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../../src/ports/contracts.ts';
import { parsePolicies } from '../../../src/probes/kubernetes/parse-policies.ts';

const policy = (kind: string, spec: object, metadata: object = {}): KubeObject => ({
  apiVersion: 'security.istio.io/v1',
  kind,
  metadata: { name: 'p', namespace: 'shop', ...metadata },
  spec,
});
const from = (source: object): object => ({ rules: [{ from: [{ source }] }] });
const when = (condition: object): object => ({ rules: [{ when: [condition] }] });

describe('PeerAuthentications', () => {
  it.each<[string, object, string, object]>([
    ['STRICT', { mtls: { mode: 'STRICT' } }, 'STRICT', {}],
    [
      'a port’s own mode, and the workload’s',
      { mtls: { mode: 'STRICT' }, portLevelMtls: { 8080: { mode: 'PERMISSIVE' }, 9090: {} } },
      'STRICT',
      { 8080: 'PERMISSIVE', 9090: 'UNSET' },
    ],
    [
      'a port’s own mode, where the others inherit',
      { portLevelMtls: { 9090: { mode: 'DISABLE' } } },
      'UNSET',
      { 9090: 'DISABLE' },
    ],
    ['no mode', { mtls: { mode: 'UNSET' } }, 'UNSET', {}],
    ['nothing', { mtls: null }, 'UNSET', {}],
  ])('keep modes apart: %s', (_, spec, mode, portModes) => {
    expect(parsePolicies([policy('PeerAuthentication', spec)])).toEqual([
      { kind: 'PeerAuthentication', namespace: 'shop', name: 'p', selector: {}, mode, portModes },
    ]);
  });

  it('keep when they were made', () => {
    const metadata = { creationTimestamp: '2026-01-01T00:00:00Z' };
    const [parsed] = parsePolicies([policy('PeerAuthentication', {}, metadata)]);
    expect(parsed).toMatchObject({ createdAt: '2026-01-01T00:00:00Z' });
  });
});

describe('AuthorizationPolicies', () => {
  const asks = (spec: object): unknown => {
    const [parsed] = parsePolicies([policy('AuthorizationPolicy', spec)]);
    return parsed?.kind === 'AuthorizationPolicy' ? parsed.asksIdentity : parsed;
  };

  it.each<[string, object, 'yes' | 'no' | 'unknown']>([
    ['named principals', from({ principals: ['a'] }), 'yes'],
    ['named namespaces', from({ namespaces: ['a'] }), 'yes'],
    ['named accounts', from({ serviceAccounts: ['a'] }), 'yes'],
    ['named addresses', from({ ipBlocks: ['192.0.2.0/24'] }), 'no'],
    ['everybody but one', from({ notPrincipals: ['a'] }), 'no'],
    ['a condition on the principal', when({ key: 'source.principal', values: ['a'] }), 'yes'],
    ['a condition on the namespace', when({ key: 'source.namespace', values: ['a'] }), 'yes'],
    ['a condition on a token', when({ key: 'request.auth.principal', values: ['a'] }), 'no'],
    ['denied principals', { action: 'DENY', ...from({ principals: ['a'] }) }, 'no'],
    ['denied, but for principals', { action: 'DENY', ...from({ notPrincipals: ['*'] }) }, 'yes'],
    ['denied, but for namespaces', { action: 'DENY', ...from({ notNamespaces: ['a'] }) }, 'yes'],
    ['denied, but for accounts', { action: 'DENY', ...from({ notServiceAccounts: ['a'] }) }, 'yes'],
    [
      'denied in one namespace, but for principals',
      { action: 'DENY', ...from({ namespaces: ['a'], notPrincipals: ['b'] }) },
      'no',
    ],
    [
      'denied by a condition, but for principals',
      { action: 'DENY', ...when({ key: 'source.principal', notValues: ['a'] }) },
      'yes',
    ],
    ['an authorizer of its own', { action: 'CUSTOM', rules: [{}] }, 'unknown'],
    ['what is only logged', { action: 'AUDIT', ...from({ principals: ['a'] }) }, 'no'],
    ['no rules at all', { rules: null }, 'no'],
  ])('ask for an identity or do not: %s', (_, spec, expected) => {
    expect(asks(spec)).toBe(expected);
  });

  it.each([{ targetRefs: [{ kind: 'Gateway', name: 'g' }] }, { targetRef: { kind: 'Gateway', name: 'g' } }])(
    'are none of a workload’s where they are of a gateway: %j',
    (target) => {
      expect(asks({ ...from({ principals: ['a'] }), ...target })).toBeUndefined();
    },
  );

  it('are no policy of another kind', () => {
    expect(parsePolicies([policy('RequestAuthentication', {})])).toEqual([]);
  });
});
