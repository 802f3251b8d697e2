import { join } from 'node:path';
import type { RunOptions, RunResult } from '../exec.ts';
import { run } from '../exec.ts';
import { partDir } from '../parts/part.ts';
import { kubernetes } from '../parts/kubernetes.ts';
import { places } from '../paths.ts';

/** A Kubernetes object, as far as the lab cares. */
export interface KubeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string; readonly labels?: Record<string, string> };
  readonly [field: string]: unknown;
}

/** The lab's own kubectl. */
export function kubectlPath(): string {
  return join(partDir(kubernetes), 'kubectl');
}

/** Runs kubectl as the lab's administrator. */
export function kubectl(args: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  return run(kubectlPath(), ['--kubeconfig', places.adminKubeconfig(), ...args], options);
}

/** Standard output of a kubectl that must succeed. */
export async function kubectlOutput(args: readonly string[], options: RunOptions = {}): Promise<string> {
  return (await kubectl(args, options)).stdout;
}

/** Applies objects on the server's side. */
export async function applyObjects(objects: readonly object[]): Promise<void> {
  const list = { apiVersion: 'v1', kind: 'List', items: objects };
  await kubectl(['apply', '--server-side', '--force-conflicts', '--field-manager=meshway-lab', '-f', '-'], {
    input: JSON.stringify(list),
  });
}

/** Whether a Deployment has all the replicas it wants, new and available. */
export async function isRolledOut(namespace: string, name: string): Promise<boolean> {
  const { ok, stdout } = await kubectl(['-n', namespace, 'get', 'deployment', name, '-o', 'json'], { tolerant: true });
  if (!ok) return false;
  const { metadata, spec, status } = JSON.parse(stdout) as DeploymentView;
  const counts = [status.replicas, status.updatedReplicas, status.availableReplicas];
  return status.observedGeneration === metadata.generation && counts.every((count) => (count ?? 0) === spec.replicas);
}

interface DeploymentView {
  readonly metadata: { generation: number };
  readonly spec: { replicas: number };
  readonly status: {
    observedGeneration?: number;
    replicas?: number;
    updatedReplicas?: number;
    availableReplicas?: number;
  };
}
