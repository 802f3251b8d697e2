import { isMeshError } from '../../../errors/index.ts';

const attempts = 6;

/**
 * Tries again when the object changed between reading and writing. Controllers write status all the time, so
 * a stale read is no sign of a rival; `change` must read anew and check anew whose the object is.
 */
export async function retryStale<T>(change: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await change();
    } catch (error) {
      const isStale = isMeshError(error, 'MW1212') || isMeshError(error, 'MW1211');
      if (!isStale || attempt === attempts) throw error;
    }
  }
}
