import { isMeshError } from '../../src/errors/index.ts';
import type { HostLab } from './host-fixture.ts';

/** Chains that send connections to the proxy, and jumps to any of ours. */
export const CAPTURED = /MESHWAY_(INBOUND|OUTPUT)|^-A (PREROUTING|OUTPUT) .*MESHWAY/m;

/** The code that a promise is refused with. */
export async function codeOf(promise: Promise<unknown>): Promise<string> {
  return await promise.then(
    () => 'no error',
    (error: unknown) => (isMeshError(error) ? error.code : String(error)),
  );
}

export function captureOperation(
  { host: { name: host }, capture }: HostLab,
  deadmanSeconds: number,
): Parameters<HostLab['apply']>[0] {
  return { op: 'host.capture', host, capture, deadmanSeconds };
}
