import { meshError, type MeshError } from '../../errors/mesh-error.ts';
import { readFileBytes } from '../../ports/source-files.ts';

/** A state of thousands of machines stays below. */
const MAX_LIST_BYTES = 32 * 1024 * 1024;

/** The text of a list's file, of at most 32 MiB of UTF-8, or why it cannot be had (MW1030 to MW1032). */
export async function readListText(path: string, file: string, isNamed = true): Promise<string | MeshError> {
  const bytes = await readFileBytes({ path, isNamed }, MAX_LIST_BYTES);
  if (!(bytes instanceof Uint8Array)) {
    if (bytes.isTooLarge) return meshError('MW1031', { source: file, limit: `${MAX_LIST_BYTES} bytes` });
    return meshError('MW1030', { source: file, reason: bytes.reason });
  }
  const text = decode(bytes);
  return text ?? meshError('MW1032', { source: file, reason: 'it is not UTF-8 text' });
}

/** Without a byte order mark, which the decoder takes away. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
