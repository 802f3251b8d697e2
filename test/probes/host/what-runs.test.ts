import { describe, expect, test } from 'vitest';
import type { HostFacts } from '../../../src/inventory/schema.ts';
import { spanSeconds, timeOf } from '../../../src/probes/host/timers.ts';
import { answered as facts, unitLines as unit } from './answered.ts';

describe('sockets', () => {
  const proc = (...rows: string[]): HostFacts =>
    facts(...rows.map((row) => `procnet\t${row}`), 'procfd\t7 socket:[55]');

  test('of UDP and in TIME_WAIT come from /proc/net as from ss', () => {
    const seen = proc(
      'tcp 0100007F:1F90 00000000:0000 0A 55',
      'udp 0200000A:00A1 00000000:0000 07 56',
      'udp 0200000A:A2CE 0300000A:0035 01 57',
      'tcp 0200000A:A2CE 0300000A:1F91 06 0',
      'tcp 0200000A:A2CF 0300000A:1F91 08 0',
    );
    expect(seen.listeners).toEqual([
      { protocol: 'udp', address: '10.0.0.2', port: 161 },
      { protocol: 'tcp', address: '127.0.0.1', port: 8080, pid: 7 },
    ]);
    expect(seen.flows).toEqual([
      {
        direction: 'outbound',
        localAddress: '10.0.0.2',
        localPort: 41_678,
        peerAddress: '10.0.0.3',
        peerPort: 8081,
        state: 'time-wait',
      },
    ]);
    const same = facts(
      'listening\ttcp LISTEN 0 1 127.0.0.1:8080 0.0.0.0:* users:(("x",pid=7,fd=1))',
      'listening\tudp UNCONN 0 0 10.0.0.2:161 0.0.0.0:*',
      'connected\tTIME-WAIT 0 0 10.0.0.2:41678 10.0.0.3:8081',
      'connected\tCLOSE-WAIT 0 0 10.0.0.2:41679 10.0.0.3:8081',
    );
    expect(same.flows).toEqual(seen.flows);
    expect(same.listeners.map(({ process: _, ...rest }) => rest)).toEqual(seen.listeners);
  });

  // The host's clock says 22:13:20.500 at the beginning; the kernel remembers for a minute.
  test.each([
    ['58sec', '22:13:18.500'],
    ['1min', '22:13:20.500'],
    ['8.540ms', '22:12:29.040'],
    ['540ms', '22:12:21.040'],
  ])('that ended are told when, by %s that are left', (left, time) => {
    const line = `connected\tTIME-WAIT 0 0 10.0.0.2:41678 10.0.0.3:8081 timer:(timewait,${left},0)`;
    expect(facts(line).flows[0]?.endedAt).toBe(`2023-11-14T${time}Z`);
  });

  test('were opened by the side that connection tracking names', () => {
    const line = 'connected\tESTAB 0 0 10.0.0.2:5000 10.0.0.3:6000';
    expect(facts(line).flows[0]?.direction).toBe('outbound');
    const tracked = facts(line, 'track\tESTABLISHED 10.0.0.3 10.0.0.2 6000 5000 10.0.0.2 10.0.0.3 5000 6000');
    expect(tracked.flows[0]?.direction).toBe('inbound');
    expect(tracked.translations).toEqual([]);
  });

  test('whose addresses are rewritten are kept as they were meant and as they are', () => {
    const { translations } = facts('track\tESTABLISHED 10.0.0.3 10.9.9.9 6000 80 10.0.0.2 10.0.0.7 8080 61000');
    expect(translations).toEqual([
      {
        client: { address: '10.0.0.3', port: 6000 },
        server: { address: '10.9.9.9', port: 80 },
        seenServer: { address: '10.0.0.2', port: 8080 },
        seenClient: { address: '10.0.0.7', port: 61_000 },
      },
    ]);
    expect(facts('unseen\tconnection-tracking no-root').translations).toBeUndefined();
  });
});

test.for<[string, string[], string[]]>([
  ['nobody’s', ['7 comm python3', '7 0::/', '7 user ops'], ['python3 ops -']],
  ['a login’s', ['7 comm java', '7 0::/user.slice/user-1000.slice/session-3.scope'], ['java - session-3.scope']],
  ['a login itself', ['7 comm sshd', '7 0::/user.slice/user-1000.slice/session-3.scope'], []],
  ['a unit’s', ['7 comm app', '7 1:name=systemd:/system.slice/app.service', '7 0::/'], []],
  ['a container’s', ['7 comm app', '7 0::/docker/0123abcd'], []],
  ['a pod’s', ['7 comm app', '7 0::/kubepods/besteffort/podx/abcd'], []],
  ['one whose group nobody saw', ['7 comm app'], []],
])('processes without a unit: %s', ([, lines, expected]) => {
  const { unowned } = facts(...lines.map((line) => `process\t${line}`));
  expect(unowned?.map(({ process, user = '-', session = '-' }) => `${process} ${user} ${session}`)).toEqual(expected);
});

test('units say how they are run, and what a timer starts is one of them', () => {
  const { units } = facts(
    ...unit(
      'app.service',
      'MainPID=7',
      'ControlGroup=/system.slice/app.service',
      'Restart=always',
      'After=network-online.target',
      'TriggeredBy=',
    ),
    ...unit('report.service', 'MainPID=0', 'TriggeredBy=report.timer'),
    ...unit('idle.service', 'MainPID=0', 'TriggeredBy=idle.socket'),
    'declares\treport.service configuration http://catalog.corp:8080',
    'declares\treport.service rumour http://catalog.corp:8081',
  );
  expect(units.map(({ name }) => name)).toEqual(['app.service', 'report.service']);
  expect(units[0]).toMatchObject({
    cgroup: '/system.slice/app.service',
    restart: 'always',
    after: ['network-online.target'],
    triggeredBy: [],
  });
  expect(units[1]?.declares).toEqual([{ host: 'catalog.corp', port: 8080, from: 'configuration' }]);
});

describe('timers', () => {
  const timer = (...properties: string[]): HostFacts['timers'] =>
    facts(
      ...['Id=a.timer', 'Unit=a.service', 'ActiveState=active', 'UnitFileState=enabled', ...properties].map(
        (one) => `timer\t${one}`,
      ),
    ).timers;

  test('by the calendar, and since the boot', () => {
    const known = { name: 'a.timer', starts: 'a.service', activeState: 'active', enabled: 'enabled' };
    expect(
      timer('LastTriggerUSec=', 'NextElapseUSecRealtime=Tue 2026-11-24 03:00:00 UTC', 'NextElapseUSecMonotonic=0'),
    ).toEqual([{ ...known, nextAt: '2026-11-24T03:00:00.000Z' }]);
    // Booted 1,000.5 s before 1,700,000,000.5 s.
    expect(
      timer(
        'LastTriggerUSec=Mon 2026-11-23 12:16:10 UTC',
        'NextElapseUSecRealtime=',
        'NextElapseUSecMonotonic=20min 1.2s',
      ),
    ).toEqual([{ ...known, lastAt: '2026-11-23T12:16:10.000Z', nextAt: '2023-11-14T22:16:41.000Z' }]);
    expect(facts('unseen\tunits no-tool').timers).toBeUndefined();
  });

  test.for<[string, number | undefined]>([
    ['19h 3min 16.091218s', 68_596.091_218],
    ['1w 2d', 777_600],
    ['500ms', 0.5],
    ['infinity', undefined],
    ['', undefined],
    ['1h x', undefined],
  ])('a span of %s', ([text, seconds]) => {
    if (seconds === undefined) expect(spanSeconds(text)).toBeUndefined();
    else expect(spanSeconds(text)).toBeCloseTo(seconds, 6);
  });

  test.for(['n/a', '', 'Mon 2026-13-45 12:00:00 UTC', 'Mon 2026-11-23 12:16:10 CET'])('no time in %j', (text) => {
    expect(timeOf(text)).toBeUndefined();
  });
});
