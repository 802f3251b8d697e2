import { restoreNames } from '../cluster/dns.ts';
import { kubectl, kubectlOutput } from '../cluster/kubectl.ts';
import { importImages } from '../cluster/containerd.ts';
import { ensureParts } from '../parts/all.ts';
import type { Parts } from '../parts/all.ts';
import { vmNames } from '../settings.ts';
import { recreateVm, removeVm } from '../vm/machine.ts';
import { ensureSshKeys } from '../vm/seed.ts';
import { removeAppliance, startAppliance } from './appliance.ts';
import { deployShop } from './deploy.ts';
import { GROWN, grownOnlyVms, type GrownShop } from './grown.ts';
import { clearCounts } from './load.ts';

const namespaces = ['shop', 'outside'];

/** What Kubernetes and Istio put into every namespace by themselves. */
const kept = new Set([
  'configmaps/kube-root-ca.crt',
  'configmaps/istio-ca-root-cert',
  'configmaps/istio-ca-crl',
  'serviceaccounts/default',
  'serviceaccounts/web',
  'serviceaccounts/catalog',
  'roles.rbac.authorization.k8s.io/viewer',
  'rolebindings.rbac.authorization.k8s.io/viewer',
]);

// Derived by a controller from something that is deleted as well. Not ReplicaSets: after an outage of the API server the
// garbage collector was seen to leave them, with their pods, for as long as it ran.
const derived = /^(events|endpoints|endpointslices|controllerrevisions|pods\.metrics)(\.|$)/;

/** Marks of objects that meshway makes anywhere in the cluster. */
const ownedSelector = 'app.kubernetes.io/managed-by=meshway';

/**
 * Makes the shop as it was before any test: virtual machines with untouched disks, namespaces with nothing but the shop,
 * names as they were. The grown shop is made when asked for, and taken away when not.
 */
export async function resetShop(options: { grown?: boolean | Partial<GrownShop> } = {}): Promise<void> {
  const grown = options.grown === true ? GROWN : options.grown ? { ...GROWN, ...options.grown } : undefined;
  const parts = await ensureParts();
  await clearCounts();
  await restoreNames();
  await Promise.all([
    ...vmNames.map((vm) => recreateVm(vm, parts, grown)),
    removeAppliance(),
    resetCluster(parts, grown),
    ...grownOnlyVms.map(removeVm),
  ]);
  if (grown !== undefined) await grow(parts, grown);
  await clearCounts();
}

async function grow(parts: Parts, grown: GrownShop): Promise<void> {
  await ensureSshKeys();
  await Promise.all([...grownOnlyVms.map((vm) => recreateVm(vm, parts, grown)), startAppliance(parts)]);
}

async function resetCluster(parts: Parts, grown?: GrownShop): Promise<void> {
  await importImages(parts);
  const kinds = await deletableKinds(true);
  await Promise.all([...namespaces.map((namespace) => emptyNamespace(namespace, kinds)), deleteOwned()]);
  await deployShop(parts, grown);
}

async function deletableKinds(isNamespaced: boolean): Promise<string[]> {
  const args = [
    'api-resources',
    `--namespaced=${isNamespaced}`,
    '--verbs=list,delete',
    '--output=name',
    '--cached=false',
  ];
  return (await kubectlOutput(args)).split('\n').filter((kind) => kind !== '' && !derived.test(kind));
}

async function emptyNamespace(namespace: string, kinds: readonly string[]): Promise<void> {
  const found = (
    await kubectlOutput(['-n', namespace, 'get', kinds.join(','), '--output=name', '--ignore-not-found'])
  ).split('\n');
  const names = found.map((name) => plural(name, kinds)).filter((name) => name !== '' && !kept.has(name));
  // Pods go last: a Deployment that still stood would make new ones.
  const [pods, others] = [
    names.filter((name) => name.startsWith('pods/')),
    names.filter((name) => !name.startsWith('pods/')),
  ];
  if (others.length > 0) await kubectl(['-n', namespace, 'delete', '--ignore-not-found', '--wait=false', ...others]);
  if (pods.length > 0) await kubectl(['-n', namespace, 'delete', 'pods', '--all', '--grace-period=1']);
  await kubectl(['label', 'namespace', namespace, 'istio-injection-', 'istio.io/rev-'], { tolerant: true });
}

/** `get --output=name` writes the kind in the singular: back to the name that api-resources gives. */
function plural(name: string, kinds: readonly string[]): string {
  const [kind = '', object] = name.split('/');
  if (object === undefined) return '';
  const [singular = '', ...group] = kind.split('.');
  const match = kinds.find(
    (each) => each.split('.').slice(1).join('.') === group.join('.') && isPluralOf(each.split('.')[0] ?? '', singular),
  );
  return `${match ?? kind}/${object}`;
}

function isPluralOf(word: string, singular: string): boolean {
  return [`${singular}s`, `${singular}es`, singular.replace(/y$/, 'ies'), singular].includes(word);
}

async function deleteOwned(): Promise<void> {
  const everywhere = (await deletableKinds(false)).filter((kind) => kind !== 'nodes');
  await kubectl(['delete', everywhere.join(','), '--selector', ownedSelector, '--ignore-not-found', '--wait=false']);
  const namespaced = await deletableKinds(true);
  await kubectl([
    'delete',
    namespaced.join(','),
    '--all-namespaces',
    '--selector',
    ownedSelector,
    '--ignore-not-found',
    '--wait=false',
  ]);
}
