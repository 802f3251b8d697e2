import { canonicalJson } from './canonical.ts';
import { callerExemptions } from './exemptions.ts';
import type { Estate } from './schema.ts';

/**
 * The digest of all in an estate that a plan depends on. Where files lie on the operator's machine is left out, so
 * that two operators with the same estate get the same plan. Hosts of lists count as if they were written out.
 */
export function estateDigest(estate: Estate, hash: (text: string) => string): string {
  const { ssh: _ssh, hostsFrom: _hostsFrom, hosts, clusters, services, provider, ...others } = estate;
  // Who may write, and who may forbid it, is not what is written.
  const {
    vetoFile: _vetoFile,
    leaseSeconds: _leaseSeconds,
    admissionPolicy: _admissionPolicy,
    ...policy
  } = others.policy;
  const rest = { ...others, policy };
  // What an assessment waives, no plan rests on.
  const exemptions = callerExemptions(estate);
  const { artifacts, ...providerRest } = provider;
  return hash(
    canonicalJson({
      ...rest,
      exemptions: exemptions.toSorted((a, b) => byText(JSON.stringify(a), JSON.stringify(b))),
      // The order of these says nothing.
      hosts: hosts.toSorted((a, b) => byText(a.name, b.name)),
      services: services.toSorted((a, b) => byText(a.name, b.name)),
      clusters: clusters
        .map(({ kubeconfig: _kubeconfig, ...cluster }) => cluster)
        .sort((a, b) => byText(a.name, b.name)),
      provider: { ...providerRest, ...(artifacts === undefined ? {} : { artifacts: withoutPaths(artifacts) }) },
    }),
  );
}

const byText = (a: string, b: string): number => (a < b ? -1 : Number(a > b));

function withoutPaths(artifacts: NonNullable<Estate['provider']['artifacts']>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(artifacts).map(([name, { path: _path, ...artifact }]) => [name, artifact]));
}
