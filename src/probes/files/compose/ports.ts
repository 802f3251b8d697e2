import type { RawService } from './shapes.ts';

const MAX_RANGE = 64;

/** A port of a container, and the one that the engine forwards to it where the file says one. */
export interface ComposePort {
  port: number;
  hostPort?: number;
}

/** Ports of a service: published ones first, then those that are only exposed. TCP alone; ranges are taken apart. */
export function portsOf({ ports = [], expose = [] }: RawService): ComposePort[] {
  const published = ports.flatMap((one) => (typeof one === 'object' ? longPorts(one) : shortPorts(String(one))));
  const exposed = expose.flatMap((one) => shortPorts(String(one)).map(({ port }) => ({ port })));
  const known = new Set(published.map(({ port }) => port));
  return [...published, ...exposed.filter(({ port }) => !known.has(port))];
}

type LongPort = Extract<NonNullable<RawService['ports']>[number], object>;

function longPorts({ target, published, protocol = 'tcp' }: LongPort): ComposePort[] {
  if (protocol !== 'tcp') return [];
  return pairUp(rangeOf(String(target)), published === undefined ? [] : rangeOf(String(published)));
}

/** `[[address:]published:]target[/protocol]`, each a port or a range. */
function shortPorts(text: string): ComposePort[] {
  const [, published, target = '', protocol = 'tcp'] =
    /^(?:(?:\[[0-9a-fA-F:.]*\]:|[\d.]+:)?(\d{0,5}(?:-\d{1,5})?):)?(\d{1,5}(?:-\d{1,5})?)(?:\/([a-z]+))?$/.exec(
      text.trim(),
    ) ?? [];
  return protocol === 'tcp' ? pairUp(rangeOf(target), rangeOf(published ?? '')) : [];
}

function pairUp(targets: readonly number[], published: readonly number[]): ComposePort[] {
  return targets.map((port, index) => {
    const hostPort = published[index];
    return hostPort === undefined ? { port } : { port, hostPort };
  });
}

function rangeOf(text: string): number[] {
  const [, from, to] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
  if (from === undefined) return [];
  const length = Math.min(Math.max(Number(to ?? from) - Number(from) + 1, 0), MAX_RANGE);
  return Array.from({ length }, (_, index) => Number(from) + index).filter((port) => port > 0 && port < 65_536);
}
