import type { WorkloadOwner } from '../inventory/schema.ts';

/** What one tool does to a field that somebody else has set on an object it writes. */
interface OwnerWords {
  title: string;
  /** What makes the tool write the object again. */
  writes: string;
  /** Whose value comes back when the tool has one of its own for the field. */
  restores: string;
  /** What drops the field even though the tool has no value for it. */
  drops: string;
  /** Where the tool would have to have the field. */
  source: string;
}

/**
 * As the tools' own documentation has it, for a label that is added beside others:
 *
 * - Helm: "Changes Since Helm 2", three-way strategic merge patches, whose example is what a mesh injects; `--force`:
 *   "force resource updates through a replacement strategy" (`helm upgrade`). Helm 4 applies server-side (HIP-0023).
 * - Argo CD: "Diff Strategies" (three-way with the last applied configuration, or a dry run of server-side apply),
 *   "Automated Sync Policy" (self-heal syncs when live state deviates, by the same diff), "Sync Options" (Replace). That
 *   no strategy sees an added label was tried out in gitops-examples/what-the-diff, `manual-edit`.
 * - Flux: kustomize-controller reverts by server-side apply what it manages, and what kubectl or a manager named by
 *   `--override-manager` has set (fluxcd/kustomize-controller, issue 982; "Kustomization", apply policy). HelmRelease:
 *   "Drift detection" (a server-side dry-run apply of the release's manifest), `upgrade.force`.
 */
export const ownerWords: Readonly<Record<WorkloadOwner['by'], OwnerWords>> = {
  helm: {
    title: 'Helm release',
    writes: 'an upgrade',
    restores: 'the chart’s value',
    drops: 'until the run is finished, no `helm upgrade --force`: it replaces the object, and drops the field',
    source: 'the chart',
  },
  argocd: {
    title: 'Argo CD Application',
    writes: 'a sync (self-heal’s too)',
    restores: 'git’s value',
    drops: 'until the run is finished, no sync with `Replace=true`: it replaces the object, and drops the field',
    source: 'git',
  },
  'flux-kustomize': {
    title: 'Flux Kustomization',
    writes: 'a reconciliation',
    restores: 'git’s value',
    drops: 'no kustomize-controller may run with `--override-manager=meshway`: it drops the field',
    source: 'git',
  },
  'flux-helm': {
    title: 'Flux HelmRelease',
    writes: 'an upgrade or a drift correction',
    restores: 'the chart’s value',
    drops: 'until the run is finished, no `upgrade.force` in the HelmRelease: it replaces the object, and drops the field',
    source: 'the chart',
  },
};

/** `Helm release web in namespace shop`. */
export function ownerTitle({ by, name, namespace }: WorkloadOwner): string {
  return `${ownerWords[by].title} ${name}${namespace === undefined ? '' : ` in namespace ${namespace}`}`;
}
