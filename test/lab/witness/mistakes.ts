import { HOST_HOME, PROXY_UNIT } from '../../../src/plans/host-paths.ts';
import { applyObjects } from '../cluster/kubectl.ts';
import { kubectl, shopNamespace, vms, vmShell } from '../handle.ts';
import type { Mistake } from './cost.ts';

const inShop = async (...args: string[]): Promise<string> => (await kubectl(['-n', shopNamespace, ...args])).stdout;

/** Sets the weights of the catalog's route past every gate and check of the plan. */
async function setWeights(vm: number, twin: number): Promise<void> {
  const path = (at: number): string => `/spec/rules/0/backendRefs/${at}/weight`;
  const patch = [vm, twin].map((value, at) => ({ op: 'replace', path: path(at), value }));
  await inShop('patch', 'httproute', 'catalog', '--type=json', '-p', JSON.stringify(patch));
}

/** The route sends everything to the twin's Service, which has no pod. */
export const weightsBeforeReadiness: Mistake = {
  async make() {
    await inShop('scale', 'deployment', 'catalog', '--replicas=0');
    await inShop('wait', '--for=delete', 'pods', '--selector=app=catalog', '--timeout=90s');
    await setWeights(0, 100);
  },
  async undo() {
    await setWeights(100, 0);
    await inShop('scale', 'deployment', 'catalog', '--replicas=2');
    await inShop('rollout', 'status', 'deployment/catalog', '--timeout=90s');
  },
};

/** The weights say that nobody calls the VM any more; a caller that is not in the mesh does not know them. */
export const retireBeforeCallerJoined: Mistake = {
  async make() {
    await setWeights(0, 100);
    await vmShell('vm-a', `systemctl stop ${vms['vm-a'].unit}`);
  },
  async undo() {
    await vmShell('vm-a', `systemctl start ${vms['vm-a'].unit}`);
    await setWeights(100, 0);
  },
};

const strictPricing = {
  apiVersion: 'security.istio.io/v1',
  kind: 'PeerAuthentication',
  metadata: { name: 'teeth-strict', namespace: shopNamespace },
  spec: {
    selector: { matchLabels: { 'meshway.dev/group': 'pricing', 'meshway.dev/platform': 'vm' } },
    mtls: { mode: 'STRICT' },
  },
};

/** Pricing refuses plaintext, which is all that its caller on vm-a can speak. */
export const strictBeforeCallerJoined: Mistake = {
  make: () => applyObjects([strictPricing]),
  undo: () => inShop('delete', 'peerauthentication', strictPricing.metadata.name, '--ignore-not-found'),
};

/**
 * The rules of a capture without the one for packets that open no connection, on connections from before the capture.
 * Loose tracking, a host's default, comes after the rules: what the kernel picked up before them would be spared.
 */
export const captureWithoutSynRule: Mistake = {
  make: () =>
    vmShell(
      'vm-b',
      `set -e; cd ${HOST_HOME}/capture; read -r ipt < backend
       [ "$(grep -c -- '! --syn' rules)" = 2 ]
       sh ./remove
       grep -v -- '! --syn' rules | "$ipt-restore" -w 5 --noflush
       echo 1 > /proc/sys/net/netfilter/nf_conntrack_tcp_loose`,
    ),
  undo: () => vmShell('vm-b', `sh ${HOST_HOME}/capture/install`),
};

/** The rules still send every connection to a proxy that is gone. */
export const proxyStoppedBeforeUncapture: Mistake = {
  make: () => vmShell('vm-b', `systemctl stop ${PROXY_UNIT}`),
  undo: () =>
    vmShell(
      'vm-b',
      `systemctl start ${PROXY_UNIT}
       for wait in $(seq 60); do timeout 10 ${HOST_HOME}/proxy/control ready > /dev/null && exit 0; sleep 0.5; done
       exit 1`,
    ),
};
