import {
  type ErrorDocument,
  type ExitCode,
  ExitCode as Exit,
  isMeshError,
  type MeshError,
} from '../../errors/index.ts';
import type { EntryBody } from '../../journal/entry.ts';
import type { MigrationPlan } from '../../plans/plan.ts';
import type { World } from '../handler.ts';
import type { StandingRun } from '../open-standing.ts';
import type { Renewal } from './decide.ts';
import type { JoinedHost } from './joined.ts';
import { type Examined, examineHost, renewHost } from './renew-host.ts';

/** Hosts at a time. Those that are renewed serve nobody through their proxy until they are. */
const CONCURRENCY = 8;

/** What became of one host. */
export interface HostRenewal {
  host: string;
  outcome: 'good' | 'due' | 'renewed' | 'failed';
  /** Of what was found: `warning` while the proxy still serves by a certificate that should have been renewed. */
  level: 'ok' | 'warning' | 'error';
  /** What was found: how certificate, token and proxy stood. */
  found: string;
  /** Whether the proxy is restarted; false where it is left alone or takes the files by itself. */
  restart: boolean;
  /** Both as they were found, before anything was renewed. */
  certificate: { notBefore: string; notAfter: string } | null;
  tokenExpiresAt: string | null;
  /** What was observed after it was renewed. */
  observed: string[];
  error?: ErrorDocument;
}

export interface RenewalRequest {
  plan: MigrationPlan;
  run: string;
  hosts: readonly JoinedHost[];
  world: World;
  /** Restarts a proxy that is ready but has no good certificate: its connections are cut. */
  mayCut: boolean;
  /** Where it is recorded, and how it is held; without that nothing is changed. */
  opened?: Pick<StandingRun, 'journal' | 'hold'>;
  /** Aborted by the first Ctrl-C: the hosts at hand are finished, no other is begun. */
  interrupt: AbortSignal;
  /** Told of each host as it is done. */
  watch: (renewal: HostRenewal) => void;
}

/**
 * Looks at joined hosts, and gives new credentials to those whose proxy needs them. One that cannot be asked or does not
 * come back never keeps the others waiting: it is reported, with its error, and the rest goes on.
 */
export async function renewHosts(request: RenewalRequest): Promise<HostRenewal[]> {
  const { hosts, opened, interrupt, watch } = request;
  const append = opened ? inTurn(opened) : undefined;
  const done: HostRenewal[] = [];
  const queue = hosts.entries();
  const takeNext = async (): Promise<void> => {
    for (const [at, joined] of queue) {
      if (interrupt.aborted) return;
      const renewal = await renewOne(joined, request, append);
      done[at] = renewal;
      watch(renewal);
    }
  };
  const workers = Array.from({ length: Math.min(CONCURRENCY, hosts.length) }, takeNext);
  // A bug in one is thrown only once nobody changes anything any more.
  const bug = (await Promise.allSettled(workers)).find((worker) => worker.status === 'rejected');
  if (bug) throw bug.reason;
  return done.filter((renewal) => renewal !== undefined);
}

type Append = (body: EntryBody) => Promise<void>;

/** Several hosts write one journal, an entry at a time. The run is taken before the first, and held at each. */
function inTurn({ journal, hold }: Pick<StandingRun, 'journal' | 'hold'>): Append {
  let last: Promise<unknown> = Promise.resolve();
  return async (body) => {
    last = last.then(async () => {
      await (await hold()).assertHeld();
      await journal.append(body);
    });
    await last;
  };
}

async function renewOne(joined: JoinedHost, request: RenewalRequest, append: Append | undefined): Promise<HostRenewal> {
  const { host } = joined;
  try {
    const examined = await examineHost(joined, request);
    if (examined.renewal.do === 'refuse') return failed(host, examined, examined.renewal.error);
    if (examined.renewal.do === 'leave' || !append) return asFound(examined);
    return await carryOut(examined, request, append);
  } catch (error) {
    if (!isMeshError(error)) throw error;
    return failed(host, undefined, error);
  }
}

/** Recorded before anything changes, and after. Once the journal takes no more, no host is begun any more either. */
async function carryOut(examined: Examined, request: RenewalRequest, append: Append): Promise<HostRenewal> {
  const { host, step } = examined.joined;
  const found = asFound(examined);
  await append({ type: 'note', note: { about: 'renewing', host, restart: found.restart, why: found.found } });
  const { plan, run, world, opened } = request;
  const stamp = { run, planDigest: plan.digest, step: step.id, token: opened?.journal.token ?? 0 };
  try {
    const after = await renewHost(examined, { world, timeoutMs: step.timeoutMs, stamp });
    await append({ type: 'note', note: { about: 'renewed', host, outcome: 'done', after } });
    return { ...found, outcome: 'renewed', observed: after };
  } catch (error) {
    if (!isMeshError(error)) throw error;
    const { code, causeText: message } = error;
    await append({
      type: 'note',
      note: { about: 'renewed', host, outcome: 'failed', after: [], error: { code, message } },
    });
    return failed(host, examined, error);
  }
}

function asFound({ joined: { host }, state: { credentials }, renewal }: Examined): HostRenewal {
  return {
    host,
    outcome: renewal.do === 'leave' ? 'good' : 'due',
    level: levelOf(renewal),
    found: renewal.do === 'refuse' ? renewal.error.causeText : renewal.why,
    restart: renewal.do === 'restart',
    certificate: credentials.certificate,
    tokenExpiresAt: credentials.tokenExpiresAt,
    observed: [],
  };
}

function levelOf(renewal: Renewal): HostRenewal['level'] {
  if (renewal.do === 'leave') return 'ok';
  return renewal.do === 'refresh' && renewal.isInTime ? 'warning' : 'error';
}

function failed(host: string, examined: Examined | undefined, error: MeshError): HostRenewal {
  const unknown = { found: '', restart: false, certificate: null, tokenExpiresAt: null, observed: [] };
  const found = examined ? asFound(examined) : unknown;
  return { ...found, host, outcome: 'failed', level: 'error', error: error.toDocument() };
}

/** The exit status of a renewal: that of its failures if they agree, else that something failed. */
export function exitOf(renewals: readonly HostRenewal[]): ExitCode {
  const exits = new Set(renewals.flatMap(({ error }) => error?.exit ?? []));
  const [first] = exits;
  return first === undefined ? Exit.done : exits.size === 1 ? first : Exit.failed;
}
