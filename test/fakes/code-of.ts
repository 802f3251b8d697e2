import { MeshError } from '../../src/errors/index.ts';

/** The code of the error that something ends with; `none` where it ends well. */
export async function codeOf(what: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof what === 'function' ? what() : what);
    return 'none';
  } catch (error) {
    if (error instanceof MeshError) return error.code;
    throw error;
  }
}
