import { isIstioUp } from './istio.ts';
import { isRunning } from './daemon.ts';
import { isNetworkUp } from './network.ts';
import { isShopUp } from './shop/deploy.ts';
import { vmNames } from './settings.ts';

/** Names of all programs the lab keeps running, in the order they start. */
export const daemonNames = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
  'coredns',
  'containerd',
  'kubelet',
  'pod-targets',
  'prometheus',
  ...vmNames,
];

/** Prints a line for every part: up or down. Fails when one is down. */
export async function status(): Promise<void> {
  const lines = [
    ['network', await isNetworkUp()] as const,
    ...(await Promise.all(daemonNames.map(async (name) => [name, await isRunning(name)] as const))),
    ['istio', await isIstioUp().catch(() => false)] as const,
    ['shop', await isShopUp().catch(() => false)] as const,
  ];
  for (const [name, isUp] of lines) process.stdout.write(`${name.padEnd(24)} ${isUp ? 'up' : 'down'}\n`);
  if (!lines.every(([, isUp]) => isUp)) process.exitCode = 1;
}
