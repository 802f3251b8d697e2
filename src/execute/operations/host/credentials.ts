import type { X509Certificate } from 'node:crypto';
import { meshError } from '../../../errors/index.ts';
import { type ClockBounds, nearestZero } from '../../../inventory/clock-skew.ts';
import type { HostCredentials } from '../../../inventory/credentials.ts';
import { PROXY_UNIT } from '../../../plans/host-paths.ts';
import { parseCertificates, readCredentials } from '../../../probes/host/certificates.ts';
import { CREDENTIAL_PATHS } from '../../../probes/host/credentials-script.ts';
import { clockBounds } from '../../../probes/host/parse.ts';
import type { OperationContext, World } from '../../handler.ts';
import { CREDENTIALS_SCRIPT, RESTART_PROXY_SCRIPT } from './scripts/credentials.ts';
import { changeHost, runOnHost } from './session.ts';

const SHA256 = /^[0-9a-f]{64}$/;

/** The proxy of a joined host, and its credentials, as the host tells. */
export interface ProxyState {
  /** The run that the host's marker names; empty when there is none. */
  owner: string;
  installed: boolean;
  /** systemd's ActiveState of the proxy's unit. */
  active: string;
  ready: boolean;
  credentials: HostCredentials;
  /** The certificate and those that were sent with it, leaf first. */
  chain: readonly X509Certificate[];
  /** SHA-256 of the certificate's file, in hexadecimal; empty when there is none. */
  digest: string;
  /** This machine's clock minus the host's, nearest to zero. */
  clockOffsetMs: number;
  /** Between which values it lies; absent when the host did not tell its time. */
  clock?: ClockBounds;
}

/** Asks a host how its proxy and its credentials stand. Neither a key nor a token leaves it. */
export async function readProxyState(world: World, host: string): Promise<ProxyState> {
  const sentAtMs = world.clock.now();
  const facts = await runOnHost(world, {
    host,
    action: 'looking at the credentials of the proxy',
    script: CREDENTIALS_SCRIPT,
    variables: { unit: PROXY_UNIT, ...CREDENTIAL_PATHS },
  });
  const receivedAtMs = world.clock.now();
  const clock = clockBounds(facts.last('begin'), facts.last('end'), { sentAtMs, receivedAtMs });
  const pem = facts.all('certificate').join('\n');
  const digest = facts.last('digest');
  return {
    owner: facts.last('owner'),
    installed: facts.has('installed'),
    active: facts.last('active'),
    ready: facts.has('ready'),
    credentials: readCredentials(pem, facts.last('expiry')),
    chain: parseCertificates(pem),
    digest: SHA256.test(digest) ? digest : '',
    clockOffsetMs: clock === undefined ? 0 : Math.round(nearestZero(clock)),
    ...(clock && { clock }),
  };
}

/** What a restart of a proxy is to do besides. */
export interface ProxyRestart {
  host: string;
  /** The digest of a certificate of no use, which goes; empty when it stays. */
  drop: string;
  /** Restarts a proxy that is ready too: its connections are cut. */
  force: boolean;
}

/** Restarts a host's proxy on the credentials that lie there. Returns what was observed. */
export async function restartProxy({ host, drop, force }: ProxyRestart, context: OperationContext): Promise<string[]> {
  const facts = await changeHost(context, {
    host,
    action: `restarting ${PROXY_UNIT}`,
    script: RESTART_PROXY_SCRIPT,
    variables: {
      unit: PROXY_UNIT,
      certificate: CREDENTIAL_PATHS.certificate,
      digest: drop,
      force: force ? 'yes' : '',
    },
  });
  if (facts.has('absent')) throw meshError('MW1438', { run: context.stamp.run, host });
  return [
    ...facts.all('dropped').map((path) => `removed ${path}`),
    facts.has('ready') ? `${PROXY_UNIT} had become ready by itself` : `restarted ${facts.last('restarted')}`,
  ];
}
