import { meshError } from '../../errors/mesh-error.ts';

/** The text of a file's bytes; anything but UTF-8 text is a coded error. Pure. */
export function decodeText(bytes: Uint8Array, source: string): string {
  const text = decode(bytes);
  if (text === undefined) throw meshError('MW1032', { source, reason: 'it is not valid UTF-8' });
  if (text.includes('\0')) throw meshError('MW1032', { source, reason: 'it is binary' });
  return text;
}

/** Without a byte order mark, which the decoder takes away. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
