import { isMeshError, meshError, type MeshError } from '../../errors/mesh-error.ts';
import { findFiles, readFileBytes, type FoundFile } from '../../ports/source-files.ts';
import { decodeText } from './decode.ts';
import { printablePath } from './printable.ts';
import { isSourceName, sourceFinding, sourceOf, type ReadSources, type SourceText } from './source.ts';

/** Of one file and of all of them: far above any project's manifests. */
const MAX_FILE_BYTES = 8 * 1024 * 1024;
const MAX_TOTAL_BYTES = 64 * 1024 * 1024;

/** Reads files, and the manifests and environment files of directories. One that cannot be read is a finding and loses no other. */
export async function readSources(paths: readonly string[]): Promise<ReadSources> {
  const { files, problems } = await findFiles(paths, isSourceName);
  const read: ReadSources = {
    sources: [],
    findings: problems.map(({ path, reason }) => sourceFinding('error', path, unreadable(path, reason))),
  };
  let left = MAX_TOTAL_BYTES;
  for (const file of files) {
    const bytes = left <= 0 ? overTotal(file) : await bytesOf(file);
    if (!isMeshError(bytes)) left -= bytes.length;
    const source = isMeshError(bytes) ? bytes : textOf(file, bytes);
    if (isMeshError(source)) read.findings.push(sourceFinding('error', file.path, source));
    else read.sources.push(source);
  }
  return read;
}

function overTotal({ path }: FoundFile): MeshError {
  return unreadable(path, `the files before it have ${MAX_TOTAL_BYTES} bytes together, which is the limit`);
}

async function bytesOf(file: FoundFile): Promise<Uint8Array | MeshError> {
  const bytes = await readFileBytes(file, MAX_FILE_BYTES);
  if (bytes instanceof Uint8Array) return bytes;
  return bytes.isTooLarge
    ? meshError('MW1031', { source: printablePath(file.path), limit: `${MAX_FILE_BYTES} bytes` })
    : unreadable(file.path, bytes.reason);
}

function unreadable(path: string, reason: string): MeshError {
  return meshError('MW1030', { source: printablePath(path), reason });
}

function textOf({ path, isNamed }: FoundFile, bytes: Uint8Array): SourceText | MeshError {
  try {
    return { ...sourceOf(path, decodeText(bytes, printablePath(path))), ...(!isNamed && { isFound: true }) };
  } catch (error) {
    if (isMeshError(error)) return error;
    throw error;
  }
}
