import { readFile } from 'node:fs/promises';
import { ensureCertificates } from './cluster/certs.ts';
import { containerd, importImages } from './cluster/containerd.ts';
import { apiserver, controllerManager, etcd, scheduler } from './cluster/control-plane.ts';
import { coreDns, dnsObjects } from './cluster/dns.ts';
import { applyObjects, kubectl } from './cluster/kubectl.ts';
import { kubelet, kubeProxy } from './cluster/node.ts';
import { ensureDaemon } from './daemon.ts';
import { down } from './down.ts';
import { writeEstate } from './estate.ts';
import { readIfThere, writeWhole } from './files.ts';
import { recordFound } from './found.ts';
import { applyIstio, isIstioUp, waitForInjection } from './istio.ts';
import { ensureNetwork } from './network.ts';
import type { Parts } from './parts/all.ts';
import { ensureParts } from './parts/all.ts';
import { state } from './paths.ts';
import { say, timed, waitFor } from './progress.ts';
import { podTargets } from './pod-targets.ts';
import { prometheus } from './prometheus.ts';
import { nodeName, vmNames } from './settings.ts';
import { ensureShop } from './shop/deploy.ts';
import { ensureCounts } from './shop/load.ts';
import { ensureVm } from './vm/machine.ts';
import { ensureSshKeys } from './vm/seed.ts';

/** Brings the lab up from wherever it is. On a healthy lab it only looks. */
export async function up(): Promise<void> {
  const parts = await timed('parts', ensureParts);
  await forgetOtherBoot();
  await recordFound();
  await timed('network', ensureNetwork);
  await ensureSshKeys();
  await ensureCounts();
  await Promise.all([timed('virtual machines', () => ensureVms(parts)), clusterUp(parts)]);
  say(`estate: ${await writeEstate()}`);
}

/** After a reboot of the host nothing of the last run lives, though its files do. */
async function forgetOtherBoot(): Promise<void> {
  const bootId = await readFile('/proc/sys/kernel/random/boot_id', 'utf8');
  const last = await readIfThere(state('boot-id'));
  if (last !== undefined && last !== bootId) await down();
  await writeWhole(state('boot-id'), bootId);
}

async function ensureVms(parts: Parts): Promise<void> {
  await Promise.all(vmNames.map((vm) => ensureVm(vm, parts)));
}

async function clusterUp(parts: Parts): Promise<void> {
  await ensureCertificates();
  const runtime = timed('container runtime and images', () => runtimeUp(parts));
  await Promise.all([runtime, objectsUp(parts)]);
  await timed('node', () => nodeUp(parts));
  await Promise.all([timed('istio', istioUp), timed('shop', () => ensureShop(parts))]);
}

/** All that needs no pod to run. */
async function objectsUp(parts: Parts): Promise<void> {
  await timed('control plane', () => controlPlaneUp(parts));
  await Promise.all([timed('prometheus', metricsUp), timed('istio applied', () => applyIstio(parts))]);
}

async function istioUp(): Promise<void> {
  await waitFor('istiod ready', 120_000, isIstioUp);
  await waitForInjection();
}

async function runtimeUp(parts: Parts): Promise<void> {
  await ensureDaemon(await containerd());
  await importImages(parts);
}

async function controlPlaneUp(parts: Parts): Promise<void> {
  await ensureDaemon(etcd());
  await ensureDaemon(apiserver(parts));
  await Promise.all(
    [controllerManager(parts), scheduler(parts), await coreDns(parts)].map((daemon) => ensureDaemon(daemon)),
  );
  await applyObjects(dnsObjects);
}

async function nodeUp(parts: Parts): Promise<void> {
  await ensureDaemon(await kubelet(parts));
  await waitFor('node registered', 60_000, async () => (await nodeCondition()) !== undefined);
  // Only now: kube-proxy waits for its node in growing steps.
  await ensureDaemon(await kubeProxy(parts));
  await waitFor('node ready', 60_000, async () => (await nodeCondition()) === 'True');
}

async function metricsUp(): Promise<void> {
  await ensureDaemon(podTargets());
  await ensureDaemon(await prometheus());
}

async function nodeCondition(): Promise<string | undefined> {
  const path = 'jsonpath={.status.conditions[?(@.type=="Ready")].status}';
  const { ok, stdout } = await kubectl(['get', 'node', nodeName, '-o', path], { tolerant: true });
  return ok ? stdout : undefined;
}
