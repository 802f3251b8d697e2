import type { MeshError } from '../errors/mesh-error.ts';
import type { Finding } from './schema.ts';

/** A finding in the words of the catalogue. */
export function findingOf(level: Finding['level'], subject: string, error: MeshError): Finding {
  return { code: error.code, level, subject, message: error.causeText };
}
