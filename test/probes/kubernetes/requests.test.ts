import { expect, it } from 'vitest';
import { requestsOf } from '../../../src/probes/kubernetes/parse-requests.ts';

const asks = (name: string, cpu: unknown, memory: unknown): { name: string; resources: unknown } => ({
  name,
  resources: { requests: { cpu, memory }, limits: { cpu: '4' } },
});

it('sums what the containers of a pod ask for, and leaves the mesh’s proxy out', () => {
  expect(
    requestsOf([asks('app', '250m', '64Mi'), asks('side', 1, '1Gi'), asks('istio-proxy', '100m', '128Mi')]),
  ).toEqual({
    cpu: 1250,
    memory: 64 * 2 ** 20 + 2 ** 30,
  });
});

it.each([
  ['nothing', [], {}],
  [
    'containers that ask for nothing',
    [{ name: 'app' }, { name: 'b', resources: null }, { resources: { requests: 'x' } }],
    {},
  ],
  ['what is no quantity', [asks('app', 'lots', { evil: 1 })], {}],
  ['one of two', [asks('app', '100m', undefined)], { cpu: 100 }],
])('of %s is no more than that', (_, containers, expected) => {
  expect(requestsOf(containers)).toEqual(expected);
});
