import { join } from 'node:path';
import type { Daemon } from '../daemon.ts';
import { succeeds } from '../exec.ts';
import { pki, state } from '../paths.ts';
import type { Parts } from '../parts/all.ts';
import { net } from '../settings.ts';
import { kubeconfigPath } from './certs.ts';
import { kubectl } from './kubectl.ts';

const local = '127.0.0.1';
// An address of its own: another etcd on this host must not be taken for the lab's.
const store = '127.83.0.1';

/** The store of the cluster, on loopback. */
export function etcd(): Daemon {
  const url = `http://${store}:${net.etcdPort}`;
  const peer = `http://${store}:${net.etcdPort + 1}`;
  return {
    name: 'etcd',
    command: [
      '/usr/bin/etcd',
      '--name=lab',
      `--data-dir=${state('etcd')}`,
      '--unsafe-no-fsync',
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=${peer}`,
      `--initial-advertise-peer-urls=${peer}`,
      `--initial-cluster=lab=${peer}`,
    ],
    ready: () => answers(`${url}/health`),
  };
}

/** The API server, on the bridge. */
export function apiserver(parts: Parts): Daemon {
  return {
    name: 'kube-apiserver',
    command: [
      join(parts.kubernetes, 'kube-apiserver'),
      `--bind-address=${net.host}`,
      `--advertise-address=${net.host}`,
      `--secure-port=${net.apiPort}`,
      `--etcd-servers=http://${store}:${net.etcdPort}`,
      '--authorization-mode=Node,RBAC',
      '--allow-privileged=true',
      `--service-cluster-ip-range=${net.serviceCidr}`,
      `--client-ca-file=${pki('ca.crt')}`,
      `--tls-cert-file=${pki('apiserver.crt')}`,
      `--tls-private-key-file=${pki('apiserver.key')}`,
      `--kubelet-client-certificate=${pki('kubelet-client.crt')}`,
      `--kubelet-client-key=${pki('kubelet-client.key')}`,
      '--service-account-issuer=https://kubernetes.default.svc.cluster.local',
      `--service-account-key-file=${pki('service-account.pub')}`,
      `--service-account-signing-key-file=${pki('service-account.key')}`,
      '--kubelet-preferred-address-types=InternalIP',
      `--requestheader-client-ca-file=${pki('ca.crt')}`,
      '--requestheader-allowed-names=front-proxy',
      '--requestheader-username-headers=X-Remote-User',
      '--requestheader-group-headers=X-Remote-Group',
      '--requestheader-extra-headers-prefix=X-Remote-Extra-',
    ],
    ready: async () => (await kubectl(['get', '--raw', '/readyz'], { tolerant: true, timeoutMs: 5000 })).ok,
  };
}

/** The controllers. */
export function controllerManager(parts: Parts): Daemon {
  return {
    name: 'kube-controller-manager',
    command: [
      join(parts.kubernetes, 'kube-controller-manager'),
      `--bind-address=${local}`,
      '--leader-elect=false',
      ...asUser('controller-manager'),
      '--allocate-node-cidrs',
      `--cluster-cidr=${net.podCidr}`,
      `--service-cluster-ip-range=${net.serviceCidr}`,
      '--use-service-account-credentials',
      `--service-account-private-key-file=${pki('service-account.key')}`,
      `--root-ca-file=${pki('ca.crt')}`,
      `--cluster-signing-cert-file=${pki('ca.crt')}`,
      `--cluster-signing-key-file=${pki('ca.key')}`,
    ],
    ready: () => answers(`https://${local}:10257/healthz`),
  };
}

/** The scheduler. */
export function scheduler(parts: Parts): Daemon {
  return {
    name: 'kube-scheduler',
    command: [
      join(parts.kubernetes, 'kube-scheduler'),
      `--bind-address=${local}`,
      '--leader-elect=false',
      ...asUser('scheduler'),
    ],
    ready: () => answers(`https://${local}:10259/healthz`),
  };
}

function asUser(user: string): string[] {
  const kubeconfig = kubeconfigPath(user);
  return [
    `--kubeconfig=${kubeconfig}`,
    `--authentication-kubeconfig=${kubeconfig}`,
    `--authorization-kubeconfig=${kubeconfig}`,
  ];
}

/** Whether a health endpoint of the host says yes. */
export function answers(url: string): Promise<boolean> {
  return succeeds('curl', [
    '--silent',
    '--fail',
    '--insecure',
    '--noproxy',
    '*',
    '--max-time',
    '2',
    '--output',
    '/dev/null',
    url,
  ]);
}
