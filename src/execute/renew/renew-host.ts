import { isMeshError, meshError } from '../../errors/index.ts';
import { certificateState } from '../../inventory/credentials.ts';
import { parseCertificates, reachesRoot } from '../../probes/host/certificates.ts';
import type { OperationContext, World } from '../handler.ts';
import { type ProxyState, readProxyState, restartProxy } from '../operations/host/credentials.ts';
import { wantedOf } from '../operations/host/file-state.ts';
import { writeAnew } from '../operations/host/files.ts';
import { waitFor } from '../step-runner.ts';
import { worldTarget } from '../target.ts';
import { decideRenewal, type Renewal } from './decide.ts';
import type { JoinedHost } from './joined.ts';

const POLL_MS = 1000;
/** Longer than pilot-agent's longest pause between two tries: 60 s, give or take half (istio: pkg/backoff). */
const LEAST_WAIT_MS = 120_000;

/** A host as it was found, and what is to be done about it. */
export interface Examined {
  joined: JoinedHost;
  state: ProxyState;
  renewal: Renewal;
}

/** Looks at a joined host and decides. @throws the coded error of a host or cluster that cannot be asked */
export async function examineHost(
  joined: JoinedHost,
  { world, run, mayCut }: { world: World; run: string; mayCut: boolean },
): Promise<Examined> {
  const state = await readProxyState(world, joined.host);
  const isTrusted = state.chain.length === 0 || (await isTrustedNow(joined, state, world));
  const nowMs = world.clock.now();
  return { joined, state, renewal: decideRenewal({ host: joined.host, run, state, isTrusted, nowMs, mayCut }) };
}

/** By the roots that the plan's own file for them is to hold. With no such file nobody can say that it is not. */
async function isTrustedNow({ credentials }: JoinedHost, { chain }: ProxyState, world: World): Promise<boolean> {
  const file = credentials.files.find(({ content }) => 'configMap' in content);
  const wanted = file && (await wantedOf(file, world));
  if (wanted?.kind !== 'text') return true;
  return reachesRoot(chain, parseCertificates(wanted.text));
}

/**
 * Gives a host's proxy new credentials and sees it come back. The files are written by the plan's own operation; what
 * is not about credentials is not touched. Returns what was observed. May be called again after a crash at any instant.
 */
export async function renewHost({ joined, state, renewal }: Examined, context: OperationContext): Promise<string[]> {
  if (renewal.do === 'leave') return [];
  if (renewal.do === 'refuse') throw renewal.error;
  const written = await writeAnew(joined.credentials, context);
  const observed = [`${written.length} file(s) with credentials written`];
  if (renewal.do === 'restart') {
    const drop = renewal.drop ? state.digest : '';
    observed.push(...(await restartProxy({ host: joined.host, drop, force: state.ready }, context)));
  }
  return [...observed, ...(await seeBack(joined, context.world))];
}

/** Waits for a good certificate, then for what the plan demands of a joined proxy. @throws MW1439 */
async function seeBack(joined: JoinedHost, world: World): Promise<string[]> {
  const { host, checks } = joined;
  const step = { ...joined.step, timeoutMs: Math.max(LEAST_WAIT_MS, joined.step.timeoutMs) };
  const began = world.clock.now();
  const notAfter = await awaitCertificate(joined, began + step.timeoutMs, world);
  try {
    await waitFor(checks, step, worldTarget(world));
  } catch (error) {
    if (!isMeshError(error, 'MW1402')) throw error;
    throw notBack(host, began, world, String(error.args['observed']));
  }
  const seconds = Math.round((world.clock.now() - began) / 1000);
  return [`certificate good until ${notAfter}; ${checks.map(({ check }) => check).join(', ')} after ${seconds} s`];
}

async function awaitCertificate(joined: JoinedHost, deadlineMs: number, world: World): Promise<string> {
  const { host } = joined;
  const began = world.clock.now();
  for (;;) {
    const seen = await readProxyState(world, host);
    const standing = await standingOf(joined, seen, world);
    if (standing === 'valid') return seen.credentials.certificate?.notAfter ?? '';
    const goOn = world.clock.now() < deadlineMs && (await world.clock.sleep(POLL_MS));
    if (!goOn)
      throw notBack(
        host,
        began,
        world,
        `its certificate is ${standing}, the proxy ${seen.ready ? 'ready' : 'not ready'}`,
      );
  }
}

async function standingOf(joined: JoinedHost, seen: ProxyState, world: World): Promise<string> {
  const standing = certificateState(seen.credentials, world.clock.now());
  return standing === 'valid' && !(await isTrustedNow(joined, seen, world)) ? 'of a root that is gone' : standing;
}

function notBack(host: string, began: number, { clock }: World, observed: string): Error {
  return meshError('MW1439', { host, seconds: Math.round((clock.now() - began) / 1000), observed });
}
