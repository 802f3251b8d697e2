import { describe, expect, it } from 'vitest';
import { meshError } from '../../../src/errors/index.ts';
import { hostOperations } from '../../../src/execute/operations/host/index.ts';
import { ARM_SCRIPT } from '../../../src/execute/operations/host/scripts/arm.ts';
import { CAPTURE_STATE_SCRIPT, CONFIRM_SCRIPT } from '../../../src/execute/operations/host/scripts/capture.ts';
import { FILES_STATE_SCRIPT, WRITE_FILES_SCRIPT } from '../../../src/execute/operations/host/scripts/files.ts';
import { RESTART_SCRIPT, SOCKETS_SCRIPT } from '../../../src/execute/operations/host/scripts/recycle.ts';
import { DRAIN_SCRIPT, DRAIN_STATE_SCRIPT } from '../../../src/execute/operations/host/scripts/units.ts';
import { fakeHost, refused, type Reply } from './fake-host.ts';

const CAPTURE = {
  op: 'host.capture',
  host: 'vm-a',
  deadmanSeconds: 30,
  capture: {
    proxyUid: 1337,
    inboundPorts: [8080],
    excludeInboundPorts: [22],
    excludeOutboundPorts: [],
    inboundProxyPort: 15006,
    outboundProxyPort: 15001,
  },
} as const;
const capture = {
  ...CAPTURE,
  capture: { ...CAPTURE.capture, inboundPorts: [8080], excludeInboundPorts: [22], excludeOutboundPorts: [] },
};
const CONFIRMED = 'owner run-1\noutcome confirmed\nlive yes\ncomplete yes\nsame yes\nenabled a\nenabled b\n';

describe('host.capture', () => {
  it('arms, logs in anew, and only then confirms, each as the present holder', async () => {
    const { context, sent } = fakeHost(
      new Map([[ARM_SCRIPT, 'resolves catalog.shop.internal\nrules 9\nbackend iptables\nsshd 22 \ncaptured armed\n']]),
    );
    expect(await hostOperations['host.capture'].apply(capture, context)).toContain(
      'confirmed by a new login that looked up catalog.shop.internal',
    );
    expect(sent.map(({ script }) => script)).toEqual([ARM_SCRIPT, CONFIRM_SCRIPT]);
    expect(sent.every(({ variables }) => variables['run'] === 'run-1' && variables['token'] === '3')).toBe(true);
    expect(sent[0]?.variables).toMatchObject({
      deadman_seconds: '30',
      excluded_ports: '22',
      lookups: 'catalog.shop.internal',
    });
  });

  it('does not confirm what nobody can log in to, and waits for the host to undo it', async () => {
    const state: Reply = (call) => (call < 4 ? 'live yes\ndeadman armed\n' : 'outcome fired\n');
    const { context, sent } = fakeHost(new Map([[CAPTURE_STATE_SCRIPT, state]]), () =>
      Promise.reject(meshError('MW1104', { host: 'vm-a', address: 'x', seconds: 15 })),
    );
    await expect(hostOperations['host.capture'].apply(capture, context)).rejects.toMatchObject({
      code: 'MW1404',
      details: ['The host has undone the capture.'],
    });
    expect(sent.some(({ script }) => script === CONFIRM_SCRIPT)).toBe(false);
  });

  it('gives up watching a host that does not answer, without confirming', async () => {
    const { context } = fakeHost(new Map([[CAPTURE_STATE_SCRIPT, refused('failed', 'x')]]), () =>
      Promise.reject(new Error('no route')),
    );
    await expect(hostOperations['host.capture'].apply(capture, context)).rejects.toMatchObject({
      code: 'MW1404',
      details: [expect.stringContaining('not been seen')],
    });
  });

  it('says so when the switch was faster', async () => {
    const { context } = fakeHost(new Map([[CONFIRM_SCRIPT, refused('fired', '30')]]));
    await expect(hostOperations['host.capture'].apply(capture, context)).rejects.toMatchObject({ code: 'MW1403' });
  });

  it.each([
    ['done', CONFIRMED],
    ['partial', CONFIRMED.replace('same yes\n', '')],
    ['partial', CONFIRMED.replace('enabled b\n', '')],
    ['partial', 'owner run-1\noutcome \nlive yes\ndeadman armed\n'],
    ['partial', 'owner run-1\noutcome confirmed\n'],
    ['not-done', 'owner run-1\noutcome fired\nkept yes\n'],
    ['not-done', 'owner \noutcome \n'],
    ['foreign', CONFIRMED.replace('run-1', 'run-0')],
  ])('is %s when the host says so', async (expected, state) => {
    const { context } = fakeHost(new Map([[CAPTURE_STATE_SCRIPT, state]]));
    expect((await hostOperations['host.capture'].probe(capture, context)).state).toBe(expected);
  });
});

describe('host.files', () => {
  it('sends a token in the script alone, and never speaks of it again', async () => {
    const token = {
      cluster: 'lab',
      namespace: 'shop',
      serviceAccount: 'catalog-vm',
      audience: 'istio-ca',
      expirationSeconds: 3600,
    };
    const files = [{ path: '/var/lib/meshway/proxy/token', mode: '0600', owner: 1337, content: { token } }];
    const { context, sent } = fakeHost(
      new Map([
        [FILES_STATE_SCRIPT, 'owner \nfile 0 none\n'],
        [WRITE_FILES_SCRIPT, 'written /var/lib/meshway/proxy/token\n'],
      ]),
    );
    const operation = { op: 'host.files', host: 'vm-a', files } as const;
    const said = [
      await hostOperations['host.files'].apply({ ...operation, files }, context),
      await hostOperations['host.files'].preview({ ...operation, files }, context),
    ];
    expect(JSON.stringify(said)).not.toContain('s3cret');
    expect(sent.find(({ script }) => script === WRITE_FILES_SCRIPT)?.variables['content_0']).toBe('s3cret');
  });
});

describe('host.recycle', () => {
  const recycle = {
    op: 'host.recycle',
    host: 'vm-a',
    unit: 'catalog.service',
    peers: [{ address: '10.0.0.9', port: 80 }],
    waitSeconds: 3,
  } as const;
  const operation = { ...recycle, peers: [...recycle.peers] };
  const old = (count: number): string =>
    [
      'pid 7',
      ...Array.from({ length: count }, (_, index) =>
        ['app', 'again'].map((look) => `${look} 0 0 10.0.0.1:${4000 + index} 10.0.0.9:80 users:(("x",pid=7,fd=1))`),
      ).flat(),
    ].join('\n');

  it('restarts nothing when the connections end by themselves', async () => {
    const { context, sent } = fakeHost(new Map([[SOCKETS_SCRIPT, (call) => old(call < 2 ? 2 : 0)]]));
    expect(await hostOperations['host.recycle'].apply(operation, context)).toEqual([
      'past the proxy: 2 found, 2 ended by themselves, 0 reset by a restart of catalog.service',
    ]);
    expect(sent.some(({ script }) => script === RESTART_SCRIPT)).toBe(false);
  });

  it('restarts their owner when they do not, and counts', async () => {
    const { context } = fakeHost(
      new Map<string, Reply>([
        [SOCKETS_SCRIPT, (call) => old(call === 0 ? 3 : call < 6 ? 2 : 0)],
        [RESTART_SCRIPT, 'restarted catalog.service pid 8\n'],
      ]),
    );
    expect(await hostOperations['host.recycle'].apply(operation, context)).toEqual([
      'past the proxy: 3 found, 1 ended by themselves, 2 reset by a restart of catalog.service',
      'restarted catalog.service pid 8',
    ]);
  });

  it('pauses when the owner goes past the proxy again', async () => {
    const { context } = fakeHost(new Map([[SOCKETS_SCRIPT, old(1)]]));
    await expect(hostOperations['host.recycle'].apply(operation, context)).rejects.toMatchObject({ code: 'MW1408' });
  });
});

describe('host.drain', () => {
  const drain = { op: 'host.drain', host: 'vm-a', timeoutSeconds: 5 } as const;

  it('waits until the proxy holds nothing', async () => {
    const { context } = fakeHost(
      new Map<string, Reply>([
        [DRAIN_SCRIPT, 'draining yes\n'],
        [DRAIN_STATE_SCRIPT, (call) => `owner run-1\nleft ${3 - call}\n`],
      ]),
    );
    expect(await hostOperations['host.drain'].apply(drain, context)).toEqual(['proxy of host vm-a empty after 3 s']);
  });

  it('goes on when time is up, where the plan says that what is left may end with the proxy', async () => {
    const { context } = fakeHost(new Map([[DRAIN_STATE_SCRIPT, 'owner run-1\nleft 4\n']]));
    expect(await hostOperations['host.drain'].apply({ ...drain, thenClose: true }, context)).toEqual([
      '4 connection(s) left after 5 s end with the proxy of host vm-a',
    ]);
  });

  it('lists what is left when time is up', async () => {
    const { context } = fakeHost(
      new Map([[DRAIN_STATE_SCRIPT, 'owner run-1\nleft 1\nconnection ESTAB 10.0.0.2:5 > 10.0.0.11:15006\n']]),
    );
    await expect(hostOperations['host.drain'].apply(drain, context)).rejects.toMatchObject({
      code: 'MW1431',
      details: ['ESTAB 10.0.0.2:5 > 10.0.0.11:15006'],
    });
  });
});
