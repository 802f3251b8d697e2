import { expect, it } from 'vitest';
import { joinedHosts } from '../../../src/execute/renew/joined.ts';
import type { RecordedRun } from '../../../src/journal/runs.ts';
import type { Check } from '../../../src/plans/check.ts';
import type { Operation } from '../../../src/plans/operation.ts';
import type { MigrationPlan } from '../../../src/plans/plan.ts';
import { shopPlan } from '../../fakes/shop.ts';

const TOKEN = '/var/lib/meshway/proxy/token';
const registered = (group: string): Check => ({
  check: 'entry.registered',
  cluster: 'lab',
  namespace: 'shop',
  group,
  address: '192.0.2.11',
});

function proxyStep(service: string): { apply: Operation[]; verify: Check[] } {
  const token = {
    cluster: 'lab',
    namespace: 'shop',
    serviceAccount: `${service}-vm`,
    audience: 'istio-ca',
    expirationSeconds: 3600,
  };
  const files = [
    { path: '/var/lib/meshway/proxy/proxy.env', mode: '0600', owner: 0, content: { text: service } },
    { path: TOKEN, mode: '0600', owner: 1337, content: { token } },
  ];
  return {
    apply: [{ op: 'host.files', host: 'vm-a', files }],
    verify: [{ check: 'proxy.ready', host: 'vm-a' }, registered(`${service}-vm`)],
  };
}

/** A plan of these steps, in its form only, and a run that has done those of them that are named. */
function joinedAfter(steps: Record<string, { apply: Operation[]; verify: Check[] }>, done = Object.keys(steps)) {
  const all = Object.entries(steps).map(([id, parts]) => ({ id, timeoutMs: 1000, ...parts }));
  const plan = { ...shopPlan(), stages: [{ steps: all }] } as unknown as MigrationPlan;
  const state = { steps: new Map(done.map((id) => [id, { status: 'done' }])) };
  return joinedHosts(plan, { state } as unknown as RecordedRun);
}

it('a host on which two services joined has one set of credentials and the checks of both', () => {
  const [vmA, ...others] = joinedAfter({ one: proxyStep('one'), two: proxyStep('two') });
  expect(others).toEqual([]);
  expect(vmA?.step.id).toBe('two');
  expect(vmA?.credentials.files).toMatchObject([{ path: TOKEN, content: { token: { serviceAccount: 'two-vm' } } }]);
  expect(vmA?.checks).toEqual([{ check: 'proxy.ready', host: 'vm-a' }, registered('one-vm'), registered('two-vm')]);
});

it('a host that a later step takes out of the mesh is not joined, once that step is done', () => {
  const leave = { apply: [{ op: 'host.remove', host: 'vm-a', units: [], paths: [] } as Operation], verify: [] };
  expect(joinedAfter({ join: proxyStep('one'), leave })).toEqual([]);
  expect(joinedAfter({ join: proxyStep('one'), leave }, ['join'])).toHaveLength(1);
});
