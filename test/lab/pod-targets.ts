import { Agent, get } from 'node:https';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Daemon } from './daemon.ts';
import { readIfThere, writeWhole } from './files.ts';
import { pki, state } from './paths.ts';
import { net } from './settings.ts';

// Debian's Prometheus is built without the Kubernetes service discovery: this program stands in for it.

const everyMs = 1000;
const statsPort = 15090;

interface PodList {
  readonly items: readonly {
    readonly metadata: { name: string; namespace: string; labels?: Record<string, string>; deletionTimestamp?: string };
    readonly spec: { containers: readonly { name: string }[]; initContainers?: readonly { name: string }[] };
    readonly status: { phase?: string; podIP?: string };
  }[];
}

/** File from which Prometheus takes the pods that have a sidecar. */
export function targetsFile(): string {
  return state('prometheus', 'pods.json');
}

/** The program that keeps that file. */
export function podTargets(): Daemon {
  return {
    name: 'pod-targets',
    command: [process.execPath, fileURLToPath(import.meta.url)],
    ready: async () => (await readIfThere(targetsFile())) !== undefined,
  };
}

function targets({ items }: PodList): object[] {
  const meshed = items.filter(({ spec, status }) => {
    const names = [...spec.containers, ...(spec.initContainers ?? [])].map(({ name }) => name);
    return names.includes('istio-proxy') && status.phase === 'Running' && status.podIP !== undefined;
  });
  return meshed.map(({ metadata, status }) => ({
    targets: [`${status.podIP}:${statsPort}`],
    labels: { namespace: metadata.namespace, pod: metadata.name, app: metadata.labels?.['app'] ?? '' },
  }));
}

async function keepTargets(): Promise<never> {
  const [ca, cert, key] = await Promise.all(['ca.crt', 'admin.crt', 'admin.key'].map((file) => readFile(pki(file))));
  const agent = new Agent({ ca: ca ?? '', cert: cert ?? '', key: key ?? '', keepAlive: true });
  let last = '';
  for (;;) {
    const text = await listPods(agent).then(
      (pods) => JSON.stringify(targets(pods)),
      () => last,
    );
    if (text !== last) await writeWhole(targetsFile(), text);
    last = text;
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
}

function listPods(agent: Agent): Promise<PodList> {
  return new Promise((resolve, reject) => {
    const url = `https://${net.host}:${net.apiPort}/api/v1/pods?resourceVersion=0`;
    const request = get(url, { agent, timeout: 5000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(Buffer.concat(chunks).toString()) as PodList);
        else reject(new Error(`pods: ${response.statusCode}`));
      });
      response.on('error', reject);
    });
    request.on('timeout', () => request.destroy(new Error('pods: no answer')));
    request.on('error', reject);
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await keepTargets();
