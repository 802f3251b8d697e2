import { isMeshError } from '../errors/mesh-error.ts';
import type { Estate, EstateCluster } from '../estate/schema.ts';
import type { DoctorCheck } from './check.ts';

/** What of the local machine an estate needs. */
export interface EstateSurroundings {
  /** Reads the kubeconfig and settles on its context, without a connection; throws a coded error. */
  readKubeConfig(cluster: EstateCluster): Promise<{ server: string }>;
  /** The hex SHA-256 of a file; throws when it cannot be read. */
  digestFile(path: string): Promise<string>;
}

/** Checks the files that an estate names, in its order. Opens no connection. */
export async function checkEstate(estate: Estate, surroundings: EstateSurroundings): Promise<DoctorCheck[]> {
  const files = [
    ...namedFile('ssh-identity', 'SSH identity file', estate.ssh.identityFile),
    ...namedFile('ssh-known-hosts', 'SSH known hosts file', estate.ssh.knownHostsFile),
    ...Object.entries(estate.provider.artifacts ?? {}).map(([name, { path, sha256 }]) => ({
      id: `artifact-${name}`,
      title: `Artifact ${name}`,
      path,
      sha256,
    })),
  ];
  const clusters = estate.clusters.map((cluster) => checkCluster(cluster, surroundings));
  return await Promise.all([...clusters, ...files.map((file) => checkFile(file, surroundings))]);
}

interface NamedFile {
  readonly id: string;
  readonly title: string;
  readonly path: string;
  readonly sha256?: string;
}

function namedFile(id: string, title: string, path: string | undefined): NamedFile[] {
  return path === undefined ? [] : [{ id, title, path }];
}

async function checkCluster(cluster: EstateCluster, { readKubeConfig }: EstateSurroundings): Promise<DoctorCheck> {
  const base = { id: `kubeconfig-${cluster.name}`, title: `Kubeconfig of cluster ${cluster.name}` };
  try {
    const { server } = await readKubeConfig(cluster);
    return { ...base, status: 'ok', found: `points to ${server}` };
  } catch (error) {
    if (!isMeshError(error)) throw error;
    return { ...base, status: 'failed', found: `${error.code}: ${error.causeText}`, fix: error.fixText };
  }
}

async function checkFile(file: NamedFile, { digestFile }: EstateSurroundings): Promise<DoctorCheck> {
  const base = { id: file.id, title: file.title };
  try {
    const digest = await digestFile(file.path);
    if (file.sha256 === undefined || file.sha256 === digest) return { ...base, status: 'ok', found: file.path };
    const fix =
      'Fetch the version that the estate names, or correct its digest after checking where the file came from.';
    return { ...base, status: 'failed', found: `${file.path} has SHA-256 ${digest}, not ${file.sha256}`, fix };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { ...base, status: 'failed', found: reason, fix: 'Put the file there, or correct its path in the estate.' };
  }
}
