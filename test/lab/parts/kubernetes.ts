import { readFile } from 'node:fs/promises';
import { versions } from '../settings.ts';
import { buildGo, downloadModule } from './go-program.ts';
import type { Part } from './part.ts';

const commands = ['kube-apiserver', 'kubelet', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy', 'kubectl'];
const versionPackage = 'k8s.io/component-base/version';

/** The Kubernetes programs, from their Go module. */
export const kubernetes: Part = {
  name: 'kubernetes',
  version: versions.kubernetes,
  async build(dir) {
    const module = await downloadModule('k8s.io/kubernetes', versions.kubernetes);
    const [major, minor] = versions.kubernetes.slice(1).split('.');
    await buildGo(dir, {
      goMod: goMod(await readFile(module.GoMod, 'utf8')),
      packages: commands.map((name) => `k8s.io/kubernetes/cmd/${name}`),
      variables: {
        [`${versionPackage}.gitVersion`]: versions.kubernetes,
        [`${versionPackage}.gitMajor`]: major ?? '',
        [`${versionPackage}.gitMinor`]: minor ?? '',
      },
    });
  },
};

/** A module that requires Kubernetes, with its staging modules at their published versions. */
function goMod(upstream: string): string {
  const staging = [...upstream.matchAll(/^\s*(k8s\.io\/[a-z-]+) => \.\/staging\//gm)].map((match) => match[1] ?? '');
  const replaces = staging.map((name) => `\t${name} => ${name} ${versions.kubernetesStaging}`);
  return [
    'module meshway.lab/kubernetes',
    '',
    'go 1.24.0',
    '',
    'godebug default=go1.24',
    '',
    `require k8s.io/kubernetes ${versions.kubernetes}`,
    '',
    'replace (',
    ...replaces,
    ')',
    '',
  ].join('\n');
}
