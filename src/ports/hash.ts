import { createHash, randomBytes } from 'node:crypto';

/** SHA-256 of a text's UTF-8 bytes, in hexadecimal. */
export const sha256Hex = (text: string): string => createHash('sha256').update(text).digest('hex');

/** SHA-256 in the form artefacts carry: `sha256:` and 64 hexadecimal digits. */
export const sha256Digest = (text: string): string => `sha256:${sha256Hex(text)}`;

/** `bytes` random bytes in hexadecimal. */
export const randomHex = (bytes: number): string => randomBytes(bytes).toString('hex');
