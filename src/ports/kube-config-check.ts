import type { EstateCluster } from '../estate/schema.ts';
import { type KubeConfigChoice, loadKubeConfig } from './kube-config.ts';
import type { OpenKubeOptions } from './kube.ts';

/** Reads the kubeconfig of a cluster as a connection would, and opens none. Throws MW1205 and MW1206. */
export async function checkKubeConfig(cluster: EstateCluster, options: OpenKubeOptions): Promise<{ server: string }> {
  const env = options.env ?? process.env;
  const choice: KubeConfigChoice = {
    ...(cluster.kubeconfig === undefined ? {} : { file: cluster.kubeconfig }),
    ...(cluster.context === undefined ? {} : { context: cluster.context }),
    baseDirectory: options.baseDirectory,
    workingTree: options.workingTree,
    allowedPlugins:
      options.allowedPlugins ?? (env['MESHWAY_EXEC_PLUGINS'] ?? '').split(',').filter((name) => name !== ''),
    env,
  };
  const { KubeConfig } = await import('@kubernetes/client-node');
  return { server: loadKubeConfig(choice, () => new KubeConfig()).getCurrentCluster()?.server ?? '' };
}
