import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { HoldingProxy, type Write } from './holding-proxy.ts';
import { type MeshRun, Operator } from './mesh.ts';

/**
 * Where a writer is held: a write to the API server, or a script on its way to a host that contains a text. `skip`: so many
 * writes like it does one that takes the run over, before it goes on with its steps.
 */
export type Moment = { name: string } & ({ write: RegExp; skip: number } | { script: string });

/** Holds back `ssh` calls whose script contains the text in `want`, until `go` is there. */
const SSH = `#!/bin/sh
input=$(mktemp) && cat > "$input"
if [ -s "$0.want" ] && grep -qF -e "$(cat "$0.want")" "$input"; then
  mv "$0.want" "$0.held"
  until [ -e "$0.go" ]; do sleep 0.05; done
fi
/usr/bin/ssh "$@" < "$input"
status=$?
rm -f "$input"
exit "$status"
`;

/** A machine of its own: a state directory, a way to the API server and a way to hosts, both of which can be held. */
export class Writer {
  readonly operator: Operator;
  readonly proxy: HoldingProxy;
  readonly #ssh: string;
  #running: ReturnType<Operator['start']> | undefined;
  #ended: MeshRun | undefined;
  #release = (): void => undefined;
  #frozenAt = 0;

  private constructor(operator: Operator, proxy: HoldingProxy, ssh: string) {
    this.operator = operator;
    this.proxy = proxy;
    this.#ssh = ssh;
  }

  /** @param plan text of a plan file */
  static async open(estate: string, plan: string): Promise<Writer> {
    const directory = await mkdtemp(join(tmpdir(), 'mesh-writer-'));
    const proxy = await HoldingProxy.open(directory);
    const own = join(directory, 'estate.yaml');
    const file = parse(await readFile(estate, 'utf8')) as { clusters: object[] };
    const clusters = file.clusters.map((cluster) => ({ ...cluster, kubeconfig: proxy.kubeconfig }));
    await writeFile(own, stringify({ ...file, clusters }), { mode: 0o600 });
    const ssh = join(directory, 'bin', 'ssh');
    await mkdir(join(directory, 'bin'));
    await writeFile(ssh, SSH);
    await chmod(ssh, 0o755);
    const operator = await Operator.open(own);
    await writeFile(operator.plan, plan);
    return new Writer(operator, proxy, ssh);
  }

  async start(...args: string[]): Promise<void> {
    for (const suffix of ['want', 'held', 'go']) await rm(`${this.#ssh}.${suffix}`, { force: true });
    this.#running = this.operator.start(args, { PATH: `${join(this.#ssh, '..')}:${process.env['PATH'] ?? ''}` });
    this.#ended = undefined;
    void this.#running.done.then((run) => (this.#ended = run));
  }

  /** Resolves when the moment has come: its request has left the process, and has not arrived. */
  async heldAt(moment: Moment, isTakingOver = false): Promise<void> {
    if ('write' in moment) {
      const caught = this.proxy.hold(
        (method, path) => moment.write.test(`${method} ${path}`),
        isTakingOver ? moment.skip : 0,
      );
      this.#release = (await this.#orEnd(caught, moment)).release;
      return;
    }
    await writeFile(`${this.#ssh}.want`, moment.script);
    const there = async (): Promise<void> => {
      while (!existsSync(`${this.#ssh}.held`) && this.#ended === undefined) await sleep(50);
    };
    await this.#orEnd(there(), moment);
    this.#release = () => void writeFile(`${this.#ssh}.go`, '');
  }

  freeze(): void {
    this.#running?.child.kill('SIGSTOP');
    this.#frozenAt = this.proxy.writes.length;
  }

  /** What was held goes on, of a process that runs. */
  goOn(): void {
    this.#release();
  }

  /** A frozen process wakes, and what it had sent arrives. Resolves when it has ended. */
  async wake(): Promise<MeshRun> {
    this.#release();
    // What was on its way arrives first: the process itself still sleeps.
    await sleep(300);
    this.#running?.child.kill('SIGCONT');
    return await this.ended();
  }

  async ended(): Promise<MeshRun> {
    if (!this.#running) throw new Error('it was not started');
    return await this.#running.done;
  }

  /** All that it wrote, or tried to, since it was frozen. */
  writesSinceFrozen(): Write[] {
    return this.proxy.writes.slice(this.#frozenAt);
  }

  close(): void {
    if (this.#ended === undefined) this.#running?.child.kill('SIGKILL');
    this.proxy.close();
  }

  async #orEnd<T>(wanted: Promise<T>, { name }: Moment): Promise<T> {
    const ended = this.ended().then(({ exitCode, stdout, stderr }) => {
      throw new Error(`it ended with ${exitCode} before ${name}\n${stdout}\n${stderr}`);
    });
    return await Promise.race([wanted, ended]);
  }
}
