import { describe, expect, it } from 'vitest';
import { ownerOf } from '../../../src/probes/kubernetes/parse-owner.ts';
import type { KubeObject } from '../../../src/ports/contracts.ts';

const web = (metadata: Partial<KubeObject['metadata']> = {}): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web', namespace: 'shop', ...metadata },
});

const tracked = (id: string): Partial<KubeObject['metadata']> => ({
  annotations: { 'argocd.argoproj.io/tracking-id': id },
});
const release = { 'meta.helm.sh/release-name': 'web', 'meta.helm.sh/release-namespace': 'shop' };
const byHelm = { 'app.kubernetes.io/managed-by': 'Helm' };
const flux = (tool: 'helm' | 'kustomize'): Record<string, string> => ({
  [`${tool}.toolkit.fluxcd.io/name`]: 'apps',
  [`${tool}.toolkit.fluxcd.io/namespace`]: 'flux-system',
});

describe('the tool that writes a workload', () => {
  it.each<[string, Partial<KubeObject['metadata']>, ReturnType<typeof ownerOf>]>([
    ['nobody, without marks', {}, undefined],
    ['nobody, of another mark', { labels: { 'app.kubernetes.io/managed-by': 'pulumi' } }, undefined],
    [
      'Helm, by label and annotations',
      { labels: byHelm, annotations: release },
      { by: 'helm', name: 'web', namespace: 'shop' },
    ],
    ['nobody, by the label that `helm template` leaves', { labels: byHelm }, undefined],
    ['nobody, by annotations that were left behind', { annotations: release }, undefined],
    ['Argo CD, by tracking id', tracked('site:apps/Deployment:shop/web'), { by: 'argocd', name: 'site' }],
    [
      'Argo CD, by the tracking id of an Application elsewhere',
      tracked('team_site:apps/Deployment:shop/web'),
      { by: 'argocd', name: 'site', namespace: 'team' },
    ],
    ['nobody, by the tracking id of another object', tracked('site:apps/Deployment:other/web'), undefined],
    [
      'Argo CD, by its own label',
      { labels: { 'argocd.argoproj.io/instance': 'site' } },
      { by: 'argocd', name: 'site' },
    ],
    ['nobody, by the label that charts write too', { labels: { 'app.kubernetes.io/instance': 'site' } }, undefined],
    [
      'Argo CD, by that label and its field manager',
      { labels: { 'app.kubernetes.io/instance': 'site' }, managedFields: [{ manager: 'argocd-controller' }] },
      { by: 'argocd', name: 'site' },
    ],
    [
      'Argo CD, of a chart that it took over',
      { ...tracked('site:apps/Deployment:shop/web'), labels: { ...byHelm, 'app.kubernetes.io/instance': 'web' } },
      { by: 'argocd', name: 'site' },
    ],
    [
      'Flux, by a Kustomization',
      { labels: flux('kustomize') },
      { by: 'flux-kustomize', name: 'apps', namespace: 'flux-system' },
    ],
    [
      'Flux, by a HelmRelease, which leaves Helm’s marks too',
      { labels: { ...flux('helm'), ...byHelm }, annotations: release },
      { by: 'flux-helm', name: 'apps', namespace: 'flux-system' },
    ],
    [
      'nobody, by what can be no name',
      { labels: byHelm, annotations: { ...release, 'meta.helm.sh/release-name': 'a\nb' } },
      undefined,
    ],
    ['nobody, by a name without an end', tracked(`${'x'.repeat(9000)}:apps/Deployment:shop/web`), undefined],
  ])('is %s', (_, metadata, expected) => {
    expect(ownerOf(web(metadata))).toEqual(expected);
  });
});
