import { dirname, resolve } from 'node:path';
import type { Estate } from './schema.ts';

/**
 * The estate with its local paths made absolute: relative ones are relative to the estate file, `~/` is the operator's
 * home. Kubeconfigs are left to the Kubernetes port, which must know how they were named.
 */
export function withAbsolutePaths(estate: Estate, file: string): Estate {
  const at = (path: string): string => absolute(path, dirname(file));
  const { identityFile, knownHostsFile } = estate.ssh;
  return {
    ...estate,
    ssh: { ...(identityFile === undefined ? {} : { identityFile: at(identityFile) }), ...(knownHostsFile === undefined ? {} : { knownHostsFile: at(knownHostsFile) }) },
    provider: withAbsoluteArtifacts(estate.provider, at),
  };
}

function withAbsoluteArtifacts(provider: Estate['provider'], at: (path: string) => string): Estate['provider'] {
  const { artifacts } = provider;
  if (artifacts === undefined) return provider;
  const { pilotAgent, envoy, bootstrap } = artifacts;
  const moved = <T extends { path: string }>(artifact: T): T => ({ ...artifact, path: at(artifact.path) });
  return { ...provider, artifacts: { pilotAgent: moved(pilotAgent), envoy: moved(envoy), bootstrap: moved(bootstrap) } };
}

function absolute(path: string, base: string): string {
  const home = process.env['HOME'];
  return path.startsWith('~/') && home !== undefined ? resolve(home, path.slice(2)) : resolve(base, path);
}
