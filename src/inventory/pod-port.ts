import type { KubeService } from './schema.ts';

/**
 * The port of the pods behind a Service's; without one it is called itself. Undefined where that is not known.
 *
 * @param called the port that callers use
 * @param services those in front of the pods
 * @param own the ports of the pods' containers
 */
export function podPort(called: number, services: readonly KubeService[], own: readonly number[]): number | undefined {
  const words = services.flatMap(({ portWords, ports }) =>
    portWords === undefined ? ports.map((port) => ({ port, targetPort: undefined })) : portWords,
  );
  const targets = new Set(words.filter(({ port }) => port === called).map(({ targetPort }) => targetPort));
  if (targets.size === 0) return own.includes(called) ? called : undefined;
  return targets.size === 1 ? [...targets][0] : undefined;
}
