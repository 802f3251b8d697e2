import { beforeEach, describe, expect, it } from 'vitest';
import { installPolicy, policyOf } from '../../../src/execute/holding/admission-policy.ts';
import type { LeaseHome } from '../../../src/execute/holding/cluster-lease.ts';
import { fromStatus } from '../../../src/ports/kube-errors.ts';
import { FakeKube } from '../../fakes/kube.ts';

const stamp = { run: 'r1', planDigest: 'p', step: 'lease', token: 4 };
let kube: FakeKube;
let home: LeaseHome;
const codeOf = async (run: Promise<unknown>): Promise<unknown> =>
  await run.then(
    () => 'no error',
    (error: unknown) => (error as { code: string }).code,
  );
beforeEach(() => {
  let now = 0;
  kube = new FakeKube();
  const clock = { now: () => now, sleep: async (ms: number) => await Promise.resolve((now += ms) > 0) };
  home = { cluster: 'lab', namespace: 'shop', namespaces: ['shop'], kube, clock };
});

describe('the admission policy of a run', () => {
  it('holds the token of the holder, and asks for every kind that a run owns', () => {
    const [policy, binding] = policyOf(stamp) as unknown as [{ spec: object }, { spec: object }];
    expect(policy.spec).toMatchObject({
      matchConstraints: { objectSelector: { matchLabels: { 'meshway.dev/run': 'r1' } } },
    });
    expect(JSON.stringify(policy.spec)).toContain(".orValue('0')) >= 4");
    expect(JSON.stringify(policy.spec)).toContain('"secrets","services","serviceaccounts"');
    expect(binding.spec).toMatchObject({
      policyName: 'meshway-r1',
      validationActions: ['Deny'],
    });
  });

  it('is not believed in before the server refuses by it', async () => {
    expect(await codeOf(installPolicy(home, stamp))).toBe('MW1614');
  });

  it('is somebody else’s where it does not carry the run', async () => {
    kube.put(policyOf({ ...stamp, run: 'r2' })[0]);
    const other = policyOf(stamp)[0];
    kube.put({ ...other, metadata: { ...other.metadata, labels: {} } });
    expect(await codeOf(installPolicy(home, stamp))).toBe('MW1407');
  });

  it('is not put back by a former holder', async () => {
    for (const manifest of policyOf({ ...stamp, token: 5 })) kube.put(manifest);
    expect(await codeOf(installPolicy(home, stamp))).toBe('MW1612');
  });

  it('is known by its refusal', () => {
    const question = { cluster: 'lab', server: 's', context: 'c', verb: 'create', resource: 'services' } as const;
    const message =
      "services \"made\" is forbidden: ValidatingAdmissionPolicy 'meshway-r1' with binding 'meshway-r1' denied request: meshway: another holder has taken this run over, and its token is greater";
    const error = fromStatus({ ...question, scope: 'namespace shop', object: 'Service shop/made' }, 403, { message });
    expect(error.code).toBe('MW1615');
  });
});
