import { meshError } from '../errors/mesh-error.ts';
import { API_VERSION } from './schema.ts';

/**
 * Refuses an artefact that a newer version of meshway wrote, before a schema calls its new fields mistakes. This version
 * is the first of its API, so that any other of the same group is newer.
 * @param formatVersion the latest that is read here, of artefacts that have one
 * @throws MW1376
 */
export function refuseNewer(document: unknown, file: string, kind: string, formatVersion?: number): void {
  if (typeof document !== 'object' || document === null) return;
  const { apiVersion, formatVersion: found } = document as { apiVersion?: unknown; formatVersion?: unknown };
  const refuse = (what: string, known: string | number): never => {
    throw meshError('MW1376', { file, kind, found: what, known: String(known) });
  };
  if (typeof apiVersion === 'string' && isOtherVersion(apiVersion)) refuse(apiVersion, API_VERSION);
  if (formatVersion === undefined || typeof found !== 'number') return;
  if (Number.isSafeInteger(found) && found > formatVersion)
    refuse(`formatVersion ${found}`, `formatVersion ${formatVersion}`);
}

/** `meshway/v1beta1`: our group, and a version as Kubernetes writes them. */
const isOtherVersion = (apiVersion: string): boolean =>
  apiVersion !== API_VERSION && /^meshway\/v\d{1,3}((alpha|beta)\d{1,3})?$/.test(apiVersion);
