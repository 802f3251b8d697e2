import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { meshError } from '../../../src/errors/mesh-error.ts';
import type { Try } from '../../../src/inventory/tries.ts';
import type { CommandResult, KubePort } from '../../../src/ports/contracts.ts';
import { tryFromPod } from '../../../src/probes/active/from-pod.ts';
import { POD_SCRIPT } from '../../../src/probes/active/script.ts';
import { FakeKube } from '../../fakes/kube.ts';
import { shopInventory } from '../../fakes/shop.ts';
import { greeting, listen, type Listener } from './listeners.ts';

const run = promisify(execFile);
const [web] = shopInventory().clusters[0]?.workloads ?? [];
if (web === undefined) throw new Error('the fake shop has lost a part');
const from = 'k8s/lab/shop/Deployment/web';
const listeners: Listener[] = [];
afterAll(() => listeners.forEach((one) => one.close()));

const to = (port: number): Try => ({ from, address: '127.0.0.1', port, for: ['vm/vm-a/x.service'], listens: true });
const all = (...ports: number[]) => ({ connections: ports.map(to), lookups: [{ from, name: 'localhost' }] });

interface PodWords {
  name?: string;
  containers?: string[];
  initContainers?: string[];
  isReady?: boolean;
}

/** A cluster with these pods of web. */
function clusterOf(...pods: PodWords[]): FakeKube {
  const kube = new FakeKube();
  pods.forEach(({ name = 'web-1', containers = ['web'], initContainers = [], isReady = true }) =>
    kube.put({
      ...{ apiVersion: 'v1', kind: 'Pod', metadata: { name, namespace: 'shop', labels: { app: 'web' } } },
      spec: {
        containers: containers.map((one) => ({ name: one })),
        initContainers: initContainers.map((one) => ({ name: one })),
      },
      status: { phase: 'Running', conditions: [{ type: 'Ready', status: isReady ? 'True' : 'False' }] },
    }),
  );
  return kube;
}

/** Notes where programs are run, and runs them here: the script is a real one. */
function execHere(kube: FakeKube, isShell: (container: string) => boolean): { port: KubePort; asked: string[] } {
  const asked: string[] = [];
  const exec: KubePort['exec'] = async ({ name, container }, argv): Promise<CommandResult> => {
    asked.push(`${name}/${container}`);
    if (!isShell(container))
      throw meshError('MW1208', {
        ...{ cluster: 'lab', verb: 'create', object: `Pod shop/${name}`, status: 500 },
        detail: 'exec: "sh": executable file not found in $PATH',
      });
    const [program = '', ...rest] = argv;
    expect([program, rest[0], rest[1]]).toEqual(['sh', '-c', POD_SCRIPT]);
    const { stdout } = await run('/bin/sh', rest);
    return { exitCode: 0, stdout, stderr: '' };
  };
  const port = new Proxy<KubePort>(kube, {
    get: (target, key) => (key === 'exec' ? exec : Reflect.get(target, key, target)?.bind?.(target)),
  });
  return { port, asked };
}

describe('tries from a pod', () => {
  it('run in the first container that has a shell, of the first pod that is ready', async () => {
    const mail = await listen(greeting('* OK IMAP\r\n'));
    listeners.push(mail);
    const kube = clusterOf(
      { name: 'web-0', isReady: false },
      { name: 'web-2' },
      { name: 'web-1', containers: ['bare', 'tools', 'more'] },
    );
    const { port, asked } = execHere(kube, (container) => container !== 'bare');
    const { connections, lookups, unable } = await tryFromPod(port, web, all(mail.port));
    expect(asked).toEqual(['web-1/bare', 'web-1/tools']);
    expect(connections).toEqual([
      expect.objectContaining({ outcome: 'open', banner: { bytes: 11, kind: 'IMAP', text: '* OK IMAP' } }),
    ]);
    expect(lookups[0]?.answers?.length).toBeGreaterThan(0);
    expect(unable).toBeUndefined();
    expect(kube.writes).toEqual([]);
    expect(mail.connections).toBe(1);
  }, 30_000);

  it.each([
    ['beside it', { containers: ['web', 'istio-proxy'] }],
    ['as a native sidecar', { initContainers: ['istio-proxy'] }],
  ])('run in the proxy’s own container where one is %s: every other it would answer for', async (_, pod) => {
    const { port, asked } = execHere(clusterOf(pod), () => false);
    const { unable } = await tryFromPod(port, web, all(9));
    expect(asked).toEqual(['web-1/istio-proxy']);
    expect(unable).toBe('its container istio-proxy runs no shell, and nothing is created to try it from');
  });

  it.each([
    ['no pod is ready', clusterOf({ isReady: false }), 'no pod of it is ready'],
    ['a shell is missing, by an exit status', clusterOf({}), 'its container web runs no shell'],
  ])('are not known where %s', async (_, kube, why) => {
    const { connections, lookups, unable } = await tryFromPod(kube, web, all(9));
    expect(unable).toContain(why);
    expect([connections[0]?.outcome, connections[0]?.reason, lookups[0]?.reason]).toEqual(['unknown', unable, unable]);
    expect(connections[0]).not.toHaveProperty('listens');
  });

  it('are not known without the right to, and nothing else is asked', async () => {
    const kube = clusterOf({ containers: ['one', 'two'] });
    let count = 0;
    kube.answerExec = () => {
      count++;
      throw meshError('MW1203', { cluster: 'lab', verb: 'create', resource: 'pods/exec', scope: 'namespace shop' });
    };
    const { unable, connections } = await tryFromPod(kube, web, all(1, 2, 3));
    expect([unable?.slice(0, 7), connections.length, count]).toEqual(['MW1203,', 3, 1]);
  });

  it('do not take a workload without labels for all pods of its namespace', async () => {
    const { unable } = await tryFromPod(clusterOf({}), { ...web, selector: {} }, all(9));
    expect(unable).toBe('no pod of it is ready');
  });

  it('go in rounds, and a round that fails leaves the others', async () => {
    const kube = clusterOf({});
    let round = 0;
    kube.answerExec = (_, argv) => {
      const targets = (argv[4] ?? '').split(' ');
      const lines = targets.map((one) => `tried\t${one.split(',')[0]}\topen`);
      const output = ['tool\t0\tbash', ...lines, ...(round++ === 1 ? [] : ['end\t0\t'])];
      return { exitCode: 0, stdout: output.join('\n'), stderr: '' };
    };
    const connections = Array.from({ length: 40 }, (_, index) => to(index + 1));
    const outcome = await tryFromPod(kube, web, { connections, lookups: [] });
    expect(outcome.connections.map(({ port }) => port)).toEqual(connections.map(({ port }) => port));
    expect([round, outcome.unable]).toEqual([3, 'its answer is cut off']);
  });

  it('an error without a code is our bug and is not hidden', async () => {
    const kube = clusterOf({});
    kube.answerExec = () => {
      throw new TypeError('bug');
    };
    await expect(tryFromPod(kube, web, all(9))).rejects.toThrow('bug');
  });
});
