import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { meshError } from '../../src/errors/index.ts';
import type { World } from '../../src/execute/handler.ts';
import { CREDENTIALS_SCRIPT, RESTART_PROXY_SCRIPT } from '../../src/execute/operations/host/scripts/credentials.ts';
import { FILES_STATE_SCRIPT, WRITE_FILES_SCRIPT } from '../../src/execute/operations/host/scripts/files.ts';
import { RESTAMP_SCRIPT } from '../../src/execute/operations/host/scripts/owner.ts';
import { PROXY_STATE_SCRIPT } from '../../src/execute/operations/host/scripts/units.ts';
import { holderNote } from '../../src/execute/record-start.ts';
import { Journal } from '../../src/journal/file.ts';
import { journalPath } from '../../src/journal/runs.ts';
import type { MigrationPlan } from '../../src/plans/plan.ts';
import type { Clock, CommandResult } from '../../src/ports/contracts.ts';
import { FakeKube } from './kube.ts';
import { shopEstate } from './shop.ts';

const fixture = (name: string): string =>
  readFileSync(join(import.meta.dirname, '..', 'fixtures', 'credentials', name), 'utf8');
/** Good from 2026-06-01 to 2026-06-02; its root; and another root. */
export const CHAIN = fixture('chain.pem');
/** Good from 2026-06-02 00:30 to 2026-06-03 00:30. */
export const RENEWED = fixture('renewed.pem');
export const ROOT = fixture('root.pem');
export const OTHER_ROOT = fixture('other.pem');
/** An hour into the certificate's life, and an hour after its end. */
export const WITHIN = Date.parse('2026-06-01T01:00:00Z');
export const AFTER = Date.parse('2026-06-02T01:00:00Z');

export const RUN = 'shop-1a2b3c';
const IDLE: Clock = { now: () => AFTER, sleep: () => Promise.resolve(true) };

/** One joined host as far as its credentials go. It gets a certificate when it has a new token and is started, or tries. */
export class JoinedVm {
  owner = RUN;
  installed = true;
  ready = false;
  certificate = CHAIN;
  tokenExpiry = '';
  clockOffsetSeconds = 0;
  /** Whether the running agent gets itself a certificate once it has a token, as pilot-agent does. */
  helpsItself = true;
  /** Whether istiod gives it one. */
  isServed = true;
  isReachable = true;
  readonly written: string[] = [];
  readonly restarts: Record<string, string>[] = [];

  answer(script: string, variables: Record<string, string>, clock: Clock): string {
    const seconds = (clock.now() / 1000 - this.clockOffsetSeconds).toFixed(3);
    const lines = this.certificate.split('\n').filter((line) => line !== '');
    if (script === CREDENTIALS_SCRIPT)
      return [
        `begin ${seconds}`,
        `owner ${this.owner}`,
        ...(this.installed ? ['installed yes'] : []),
        'active active',
        ...(this.ready ? ['ready yes'] : []),
        ...lines.map((line) => `certificate ${line}`),
        ...(this.certificate === '' ? [] : [`digest ${'d'.repeat(64)}`]),
        `expiry ${this.tokenExpiry}`,
        `end ${seconds}`,
      ].join('\n');
    if (script === RESTAMP_SCRIPT) return 'restamped yes\n';
    if (script === PROXY_STATE_SCRIPT) return `installed yes\n${this.ready ? 'ready yes\n' : ''}`;
    if (script === FILES_STATE_SCRIPT)
      return Array.from({ length: Number(variables['count']) }, (_, at) => `file ${at} file x 600 1337 10 900`).join(
        '\n',
      );
    if (script === WRITE_FILES_SCRIPT) return this.#write(variables);
    if (script === RESTART_PROXY_SCRIPT) return this.#restart(variables);
    throw new Error('a script that a renewal has no use for');
  }

  #write(variables: Record<string, string>): string {
    if (this.owner !== variables['run']) return `refused foreign\ndetail run ${this.owner}\n`;
    const paths = Array.from({ length: Number(variables['count']) }, (_, at) => variables[`path_${at}`] ?? '');
    this.written.push(...paths);
    if (this.helpsItself && this.ready && this.isServed) this.certificate = RENEWED;
    return paths.map((path) => `written ${path}`).join('\n');
  }

  #restart(variables: Record<string, string>): string {
    this.restarts.push(variables);
    if (this.isServed) {
      this.certificate = RENEWED;
      this.ready = true;
    }
    return 'restarted meshway-proxy.service pid 7\n';
  }
}

/** The sample shop with both hosts joined by a run whose journal is in a directory. */
export class JoinedShop {
  readonly kube = new FakeKube();
  readonly hosts: Record<string, JoinedVm> = { 'vm-a': new JoinedVm(), 'vm-b': new JoinedVm() };
  /** Time passes only while somebody waits. */
  now = AFTER;
  readonly clock: Clock = {
    now: () => this.now,
    sleep: (ms) => {
      this.now += ms;
      return Promise.resolve(true);
    },
  };

  constructor() {
    const metadata = { name: 'istio-ca-root-cert', namespace: 'shop' };
    this.kube.put({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'root-cert.pem': ROOT } });
    for (const [service, address] of [
      ['catalog', '192.0.2.11'],
      ['pricing', '192.0.2.12'],
    ] as const)
      this.register(service, address);
  }

  register(service: string, address: string): void {
    const annotations = { 'istio.io/autoRegistrationGroup': `${service}-vm` };
    const metadata = { name: `${service}-vm-${address}`, namespace: 'shop', annotations };
    this.kube.put({ apiVersion: 'networking.istio.io/v1', kind: 'WorkloadEntry', metadata, spec: { address } });
  }

  host(name: string): JoinedVm {
    const host = this.hosts[name];
    if (!host) throw new Error(`no host ${name}`);
    return host;
  }

  get world(): World {
    const unused = () => Promise.reject(new Error('a renewal neither uploads nor logs in anew'));
    const script = async (
      { name, address }: { name: string; address: string },
      text: string,
      variables: Record<string, string>,
    ): Promise<CommandResult> => {
      const host = this.host(name);
      if (!host.isReachable) throw meshError('MW1104', { host: name, address, seconds: 10 });
      const stdout = host.answer(text, variables, this.clock);
      return await Promise.resolve({ exitCode: stdout.startsWith('refused') ? 3 : 0, stdout, stderr: '' });
    };
    return {
      estate: shopEstate(),
      ssh: { script, upload: unused, freshLogin: unused, close: () => Promise.resolve() },
      kube: () => this.kube,
      metrics: { scalar: unused, vector: unused },
      clock: this.clock,
    };
  }
}

/** Writes the journal of a run that has done the steps of a plan for which `isDone` says so. */
export async function recordRun(
  stateDir: string,
  plan: MigrationPlan,
  isDone: (step: string) => boolean = () => true,
): Promise<void> {
  const journal = await Journal.open(journalPath(stateDir, RUN), RUN, IDLE.now);
  const { id, digest, estate } = plan;
  const opened = { about: 'opened', format: 2, plan: id, planDigest: digest, estate, tool: 'test' } as const;
  await journal.append({ type: 'note', note: opened });
  await journal.append(holderNote());
  await journal.append({ type: 'note', note: { about: 'goal', direction: 'forward', to: null } });
  for (const { id: step, hash } of plan.stages.flatMap(({ steps }) => steps)) {
    if (!isDone(step)) continue;
    const head = { step, stepHash: hash, direction: 'apply', attempt: 1 } as const;
    await journal.append({ type: 'intent', ...head, before: [] });
    await journal.append({ type: 'result', ...head, outcome: 'done', after: [] });
  }
  await journal.close();
}
