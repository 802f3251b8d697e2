import { join } from 'node:path';
import { makeCgroup } from '../cgroups.ts';
import type { Daemon } from '../daemon.ts';
import { writeWhole } from '../files.ts';
import { cgroupName, pki, state } from '../paths.ts';
import type { Parts } from '../parts/all.ts';
import { net, nodeName } from '../settings.ts';
import { kubeconfigPath } from './certs.ts';
import { containerdSocket } from './containerd.ts';
import { answers } from './control-plane.ts';

const kubeletConfig = (): object => ({
  apiVersion: 'kubelet.config.k8s.io/v1beta1',
  kind: 'KubeletConfiguration',
  address: net.host,
  authentication: { anonymous: { enabled: false }, webhook: { enabled: true }, x509: { clientCAFile: pki('ca.crt') } },
  authorization: { mode: 'Webhook' },
  cgroupDriver: 'cgroupfs',
  cgroupRoot: `/${cgroupName()}`,
  failCgroupV1: false,
  failSwapOn: false,
  clusterDNS: [net.dnsServiceIp],
  clusterDomain: 'cluster.local',
  resolvConf: state('kubelet-resolv.conf'),
  containerRuntimeEndpoint: `unix://${containerdSocket()}`,
  evictionHard: {
    'memory.available': '50Mi',
    'nodefs.available': '1%',
    'imagefs.available': '1%',
    'nodefs.inodesFree': '1%',
  },
  imageGCHighThresholdPercent: 100,
  maxPods: 100,
  podLogsDir: state('pod-logs'),
  // Tests wait for pods: the shorter the kubelet's periods, the shorter they wait.
  syncFrequency: '5s',
  fileCheckFrequency: '60s',
  nodeStatusUpdateFrequency: '5s',
  serializeImagePulls: false,
});

/** The node's agent. */
export async function kubelet(parts: Parts): Promise<Daemon> {
  await makeCgroup('daemons');
  await writeWhole(state('kubelet-resolv.conf'), `nameserver ${net.host}\n`);
  await writeWhole(state('kubelet-config.json'), JSON.stringify(kubeletConfig(), null, 2));
  return {
    name: 'kubelet',
    command: [
      join(parts.kubernetes, 'kubelet'),
      `--config=${state('kubelet-config.json')}`,
      `--kubeconfig=${kubeconfigPath('kubelet')}`,
      `--root-dir=${state('kubelet')}`,
      `--cert-dir=${state('kubelet-pki')}`,
      `--hostname-override=${nodeName}`,
      `--node-ip=${net.host}`,
    ],
    ready: () => answers('http://127.0.0.1:10248/healthz'),
  };
}

const proxyConfig = (): object => ({
  apiVersion: 'kubeproxy.config.k8s.io/v1alpha1',
  kind: 'KubeProxyConfiguration',
  mode: 'iptables',
  bindAddress: net.host,
  healthzBindAddress: '127.0.0.1:10256',
  metricsBindAddress: '127.0.0.1:10249',
  clientConnection: { kubeconfig: kubeconfigPath('kube-proxy') },
  clusterCIDR: net.podCidr,
  hostnameOverride: nodeName,
  conntrack: { maxPerCore: 0, min: 0 },
  iptables: { minSyncPeriod: '200ms' },
});

/** The program behind Services. */
export async function kubeProxy(parts: Parts): Promise<Daemon> {
  await writeWhole(state('kube-proxy-config.json'), JSON.stringify(proxyConfig(), null, 2));
  return {
    name: 'kube-proxy',
    command: [join(parts.kubernetes, 'kube-proxy'), `--config=${state('kube-proxy-config.json')}`],
    ready: () => answers('http://127.0.0.1:10256/healthz'),
  };
}
