import { canonicalJson } from './canonical.ts';
import { callerExemptions } from './exemptions.ts';
import type { Estate } from './schema.ts';

/**
 * The digest of all in an estate that a plan depends on. Where files lie on the operator's machine is left out, so
 * that two operators with the same estate get the same plan. Hosts of lists count as if they were written out.
 */
export function estateDigest(estate: Estate, hash: (text: string) => string): string {
  const { ssh: _ssh, hostsFrom: _hostsFrom, clusters, provider, ...rest } = estate;
  // What an assessment waives, no plan rests on.
  const exemptions = callerExemptions(estate);
  const { artifacts, ...providerRest } = provider;
  return hash(
    canonicalJson({
      ...rest,
      exemptions,
      clusters: clusters.map(({ kubeconfig: _kubeconfig, ...cluster }) => cluster),
      provider: { ...providerRest, ...(artifacts === undefined ? {} : { artifacts: withoutPaths(artifacts) }) },
    }),
  );
}

function withoutPaths(artifacts: NonNullable<Estate['provider']['artifacts']>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(artifacts).map(([name, { path: _path, ...artifact }]) => [name, artifact]));
}
