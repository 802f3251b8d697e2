import { describe, expect, it } from 'vitest';
import { readCheck } from '../../../src/execute/checks/index.ts';
import { hostOperations } from '../../../src/execute/operations/host/index.ts';
import {
  ESTATE_UNIT_SCRIPT,
  FORGET_SCRIPT,
  LOOK_BACK_STATE_SCRIPT,
  QUIET_SCRIPT,
  RETIRE_SCRIPT,
} from '../../../src/execute/operations/host/scripts/look-back.ts';
import type { OperationOf } from '../../../src/plans/operation.ts';
import { fakeHost, type Reply } from './fake-host.ts';

const lookBack = { host: 'vm-a', unit: 'catalog.service', ports: [8080], seconds: 600 };
const quiet: OperationOf<'host.quiet'> = { op: 'host.quiet', ...lookBack, want: 'quiet' };
const retire: OperationOf<'host.retire'> = { op: 'host.retire', ...lookBack };
const early = (left: number): string => `verdict early\nleft ${left}\n`;
const over = 'verdict over\nleft 0\n';
const on = (script: string, reply: Reply): ReturnType<typeof fakeHost> => fakeHost(new Map([[script, reply]]));

describe.each([
  ['host.quiet', QUIET_SCRIPT, quiet],
  ['host.retire', RETIRE_SCRIPT, retire],
] as const)('%s', (op, script, operation) => {
  const handler = hostOperations[op] as (typeof hostOperations)['host.retire'];
  const apply = (reply: Reply): Promise<string[]> =>
    handler.apply(operation as typeof retire, on(script, reply).context);

  it('waits for the end of a look-back of which little is left', async () => {
    const { context, sent } = on(script, (call) => (call < 3 ? early(3 - call) : over));
    await handler.apply(operation as typeof retire, context);
    expect(context.world.clock.now()).toBe(3_000);
    expect(sent).toHaveLength(4);
    expect(sent[0]?.variables).toMatchObject({ unit: 'catalog.service', ports: '8080', seconds: '600', run: 'run-1' });
  });

  it('pauses when more is left, and says until when', async () => {
    await expect(apply(early(86_000))).rejects.toMatchObject({
      code: 'MW1434',
      exit: 3,
      args: { left: 86_000, ends: new Date(86_000_000).toISOString() },
      details: [],
    });
    await expect(apply('verdict anew\nleft 600\n')).rejects.toMatchObject({
      code: 'MW1434',
      details: [expect.stringContaining('begins anew')],
    });
  });

  it.each([
    ['connections 1\nrequests 0\npeer 10.0.0.9\npeer 10.0.0.10\n', '10.0.0.9, 10.0.0.10 (1 new connection(s))'],
    ['connections 0\nrequests 0\npeer 10.0.0.9\n', '10.0.0.9'],
    [
      'connections 0\nrequests 4\nopen 10.0.0.9\n',
      'somebody (4 request(s) through the proxy); connections that are known now are of 10.0.0.9',
    ],
    [
      'connections 2\nrequests 1\n',
      'somebody (2 new connection(s) and 1 request(s) through the proxy): only a counter',
    ],
  ])('pauses when somebody called, with what the host knows of it: %j', async (facts, who) => {
    await expect(apply(`verdict called\nleft 600\n${facts}`)).rejects.toMatchObject({
      code: 'MW1433',
      exit: 3,
      args: { who: expect.stringContaining(who) },
    });
  });
});

describe('how far it has come', () => {
  it.each([
    ['not-done', 'owner run-1\nverdict none\nleft 600\n'],
    ['partial', `owner run-1\nmarked yes\n${early(5)}`],
    ['partial', 'owner run-1\nmarked yes\nverdict called\nleft 600\n'],
    ['partial', 'owner run-1\nmarked yes\nrefused proxy-not-ready\n'],
    ['done', `owner run-1\nmarked yes\n${over}`],
    ['done', 'owner run-1\nrecorded yes\ncommitted yes\n'],
    ['foreign', 'owner run-0\n'],
  ])('the look-back is %s', async (expected, state) => {
    const { context } = on(LOOK_BACK_STATE_SCRIPT, state);
    expect((await hostOperations['host.quiet'].probe(quiet, context)).state).toBe(expected);
  });

  it.each([
    ['not-done', `owner run-1\nmarked yes\n${over}running yes\nboots yes\n`],
    // Somebody else has stopped it, or this run was about to.
    ['not-done', 'owner run-1\nload loaded\n'],
    ['not-done', 'owner run-1\nrecorded yes\nrunning yes\nboots yes\n'],
    ['partial', 'owner run-1\nrecorded yes\ncommitted yes\nrunning yes\n'],
    ['done', 'owner run-1\nrecorded yes\ncommitted yes\n'],
    ['foreign', 'owner run-0\n'],
  ])('the end of the unit is %s', async (expected, state) => {
    const { context } = on(LOOK_BACK_STATE_SCRIPT, state);
    expect((await hostOperations['host.retire'].probe(retire, context)).state).toBe(expected);
  });

  it('is forgotten on the way back', async () => {
    const forget = { ...quiet, want: 'forgotten' } as const;
    const { context, sent } = on(LOOK_BACK_STATE_SCRIPT, (call) =>
      call === 0 ? 'owner run-1\nmarked yes\n' : 'owner run-1\n',
    );
    const { probe, apply } = hostOperations['host.quiet'];
    expect((await probe(forget, context)).state).toBe('not-done');
    await apply(forget, context);
    expect((await probe(forget, context)).state).toBe('done');
    expect(sent.map(({ script }) => script)).toContain(FORGET_SCRIPT);
  });

  it.each([
    ['yes', 'active inactive\nenabled disabled\n'],
    ['yes', 'active failed\nenabled static\n'],
    ['no', 'active active\nenabled disabled\n'],
    ['no', 'active deactivating\nenabled disabled\n'],
    ['no', 'active inactive\nenabled enabled\n'],
    ['no', 'active \nenabled \n'],
  ])('a unit is retired: %s where it is %j', async (expected, state) => {
    const { context } = on(ESTATE_UNIT_SCRIPT, state);
    const check = { check: 'unit.retired', host: 'vm-a', unit: 'catalog.service' } as const;
    expect(await readCheck(check, context.world)).toMatchObject({ answer: expected });
  });
});
