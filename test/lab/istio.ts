import { join } from 'node:path';
import { applyObjects, isRolledOut, kubectl } from './cluster/kubectl.ts';
import { output } from './exec.ts';
import { readIfThere, writeWhole } from './files.ts';
import type { Parts } from './parts/all.ts';
import { state } from './paths.ts';
import { waitFor } from './progress.ts';
import { imageHub, versions } from './settings.ts';

// Stock Envoy counts traffic by itself; Istio keeps most of these counters out unless told.
const statsInclusion = [
  'cluster\\..*\\.(upstream_rq|upstream_cx|ssl|membership).*',
  'http\\..*\\.downstream_(rq|cx).*',
  'listener\\..*\\.(downstream_cx|ssl|no_filter_chain).*',
  'tcp\\..*\\.downstream_(cx|flow).*',
];

const small = { requests: { cpu: '10m', memory: '40Mi' } };

/** What the lab asks of Istio, beyond its minimal profile. */
const operator = {
  apiVersion: 'install.istio.io/v1alpha1',
  kind: 'IstioOperator',
  spec: {
    profile: 'minimal',
    hub: imageHub,
    tag: versions.istio,
    meshConfig: {
      defaultHttpRetryPolicy: { attempts: 0 },
      defaultConfig: {
        proxyMetadata: { CLOUD_PLATFORM: 'none' },
        proxyStatsMatcher: { inclusionRegexps: statsInclusion },
        drainDuration: '20s',
        terminationDrainDuration: '5s',
      },
    },
    values: {
      telemetry: { enabled: false },
      pilot: {
        autoscaleEnabled: false,
        resources: { requests: { cpu: '10m', memory: '128Mi' } },
        env: {
          CLOUD_PLATFORM: 'none',
          ENABLE_NATIVE_SIDECARS: 'true',
          PILOT_ENABLE_METADATA_EXCHANGE: 'false',
          PILOT_ENABLE_ALPN_FILTER: 'false',
          PILOT_ENABLE_GATEWAY_API: 'true',
          PILOT_ENABLE_WORKLOAD_ENTRY_AUTOREGISTRATION: 'true',
          PILOT_ENABLE_WORKLOAD_ENTRY_HEALTHCHECKS: 'true',
          PILOT_DEBOUNCE_AFTER: '50ms',
        },
      },
      global: {
        imagePullPolicy: 'IfNotPresent',
        defaultPodDisruptionBudget: { enabled: false },
        proxy: { resources: small },
        proxy_init: { resources: small },
      },
    },
  },
};

/** Hands the Gateway API's definitions, Istio's and its control plane to the cluster, once. */
export async function applyIstio(parts: Parts): Promise<void> {
  const done = state('istio', 'applied');
  if ((await readIfThere(done)) !== undefined) return;
  const manifest = state('istio', 'manifest.yaml');
  await writeWhole(state('istio', 'operator.json'), JSON.stringify(operator, null, 2));
  await writeWhole(
    manifest,
    await output(join(parts.istio, 'istioctl'), ['manifest', 'generate', '-f', state('istio', 'operator.json')]),
  );
  await applyObjects([{ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'istio-system' } }]);
  await applyFiles(join(parts.gatewayCrds, 'standard'));
  // The manifest brings definitions and objects of the kinds that they define: those take a moment to be known.
  await waitFor('Istio manifest applied', 30_000, () =>
    applyFiles(manifest).then(
      () => true,
      () => false,
    ),
  );
  await writeWhole(done, '');
}

async function applyFiles(path: string): Promise<void> {
  await kubectl(['apply', '--server-side', '--force-conflicts', '--field-manager=meshway-lab', '-f', path]);
}

/** Whether istiod runs and its webhook can be called. */
export async function isIstioUp(): Promise<boolean> {
  return isRolledOut('istio-system', 'istiod');
}

/** Waits until sidecars are injected: the webhook's authority is in place and pods are admitted. */
export async function waitForInjection(): Promise<void> {
  const probe = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'injection-probe', namespace: 'default', labels: { 'sidecar.istio.io/inject': 'true' } },
    spec: { containers: [{ name: 'app', image: 'none' }] },
  };
  await waitFor('sidecars injected', 60_000, async () => {
    const { ok, stdout } = await kubectl(['create', '--dry-run=server', '-o', 'json', '-f', '-'], {
      input: JSON.stringify(probe),
      tolerant: true,
    });
    return ok && stdout.includes('"istio-proxy"');
  });
}
