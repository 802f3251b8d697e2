import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Api, ask, create, forEach } from './api.ts';
import { end, launch } from './control-plane.ts';
import {
  amounts,
  configMap,
  deployment,
  endpointSlice,
  namespaces,
  node,
  pod,
  replicaSet,
  service,
} from './objects.ts';

/** The programs that fill the cluster. */
export interface SeedPrograms {
  kubectl: string;
  istioctl: string;
  /** Directory of kwok and its stages. */
  kwok: string;
  gatewayCrds: string;
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

/** Fills an empty cluster: an Istio as istioctl installs it, and the workloads of twenty teams whose pods kwok plays. */
export async function seed(api: Api, kubeconfig: string, programs: SeedPrograms, directory: string): Promise<void> {
  installMesh(kubeconfig, programs);
  await forEach(namespaces, async (name) => {
    await create(api, '/api/v1/namespaces', { metadata: { name } });
    await create(api, `/api/v1/namespaces/${name}/serviceaccounts`, { metadata: { name: 'default' } });
  });
  await forEach(numbers(amounts.nodes), (index) => create(api, '/api/v1/nodes', node(index)));
  const kwok = launch('kwok', join(programs.kwok, 'kwok'), kwokArguments(kubeconfig, programs.kwok), directory);
  try {
    await forEach(numbers(amounts.deployments), (index) => seedDeployment(api, index));
    await forEach(numbers(amounts.configMaps), async (index) => {
      const { namespace, object } = configMap(index);
      await create(api, `/api/v1/namespaces/${namespace}/configmaps`, object);
    });
    await untilRunning(api);
  } finally {
    await end(kwok);
  }
}

function kwokArguments(kubeconfig: string, part: string): string[] {
  const stages = ['node/fast/node-initialize.yaml', 'pod/fast/pod-ready.yaml'];
  return [
    `--kubeconfig=${kubeconfig}`,
    '--manage-all-nodes=true',
    '--cidr=10.64.0.0/14',
    ...stages.map((stage) => `--config=${join(part, 'stages', stage)}`),
  ];
}

/** One list of objects through kubectl: definitions first, then the rest of the control plane. */
function installMesh(kubeconfig: string, { kubectl, istioctl, gatewayCrds }: SeedPrograms): void {
  const manifest = runToEnd(istioctl, ['manifest', 'generate', '--set', 'profile=minimal']);
  const system = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: istio-system }\n';
  const apply = ['--kubeconfig', kubeconfig, 'apply', '--server-side', '-f'];
  runToEnd(kubectl, [...apply, join(gatewayCrds, 'standard')]);
  // A definition is served a moment after it is there; what needs it is applied again.
  const all = `${system}---\n${manifest}`;
  const first = spawnSync(kubectl, [...apply, '-'], { input: all, encoding: 'utf8' });
  if (first.status !== 0) runToEnd(kubectl, [...apply, '-'], all);
}

async function seedDeployment(api: Api, index: number): Promise<void> {
  const { app, namespace, object } = deployment(index);
  const apps = `/apis/apps/v1/namespaces/${namespace}`;
  const core = `/api/v1/namespaces/${namespace}`;
  const { metadata } = await create(api, `${apps}/deployments`, object);
  const replicas = await create(api, `${apps}/replicasets`, replicaSet(app, namespace, metadata.uid));
  for (const number of numbers(amounts.podsEach))
    await create(api, `${core}/pods`, pod(app, namespace, replicas.metadata.uid, number, index % amounts.nodes));
  await create(api, `${core}/services`, service(app, namespace));
  const slices = `/apis/discovery.k8s.io/v1/namespaces/${namespace}/endpointslices`;
  await create(api, slices, endpointSlice(app, namespace, index));
}

async function untilRunning(api: Api): Promise<void> {
  const path = '/api/v1/pods?fieldSelector=status.phase!=Running&limit=1';
  for (const last = Date.now() + 900_000; ; await sleep(2000)) {
    const { text } = await ask(api, 'GET', path);
    if ((JSON.parse(text) as { items: unknown[] }).items.length === 0) return;
    if (Date.now() > last) throw new Error('kwok has not started all pods within 15 minutes');
  }
}

function runToEnd(program: string, args: readonly string[], input?: string): string {
  const { status, stdout, stderr } = spawnSync(program, args, {
    input: input ?? '',
    encoding: 'utf8',
    maxBuffer: 64e6,
  });
  if (status !== 0) throw new Error(`${program} ${args[0] ?? ''} ended with ${status}: ${stderr.slice(0, 2000)}`);
  return stdout;
}

/** What decides how the cluster looks: another text is another cluster. */
export function seedText(): string {
  return ['objects.ts', 'seed.ts'].map((name) => readFileSync(join(import.meta.dirname, name), 'utf8')).join('');
}
