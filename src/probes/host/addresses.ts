/** An address and a port as programs print them together. */
export interface Endpoint {
  address: string;
  port: number;
}

/** `10.0.0.1:80`, `[::1]:80`, `*:80`, `127.0.0.53%lo:53`; undefined when it is none of these. */
export function parseEndpoint(text: string): Endpoint | undefined {
  const match =
    /^(?:\[([0-9a-fA-F:.]+)(?:%[\w.-]+)?\]|([0-9.]+|\*)(?:%[\w.-]+)?|((?:[0-9a-fA-F]*:){2,7}[0-9a-fA-F]*)):(\d{1,5}|\*)$/.exec(
      text,
    );
  if (match === null) return undefined;
  const port = match[4] === '*' ? 0 : Number(match[4]);
  const address = match[1] ?? match[2] ?? match[3] ?? '';
  return port > 65_535 || address.length > 45 ? undefined : { address: plainAddress(address), port };
}

/** IPv4 addresses of sockets that speak both protocols are IPv4 addresses. */
export function plainAddress(address: string): string {
  return address.toLowerCase().replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/, '');
}

/** Whether a listener takes connections on any address. */
export function isWildcard(address: string): boolean {
  return address === '*' || address === '0.0.0.0' || address === '::';
}

/** An address as /proc/net/tcp writes it: hexadecimal words in the byte order of the machine, little-endian assumed. */
export function hexEndpoint(text: string): Endpoint | undefined {
  const match = /^([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4})$/i.exec(text);
  if (match === null) return undefined;
  const [, hex = '', port = ''] = match;
  const bytes = (hex.match(/.{8}/g) ?? [])
    .flatMap((word) => (word.match(/../g) ?? []).toReversed())
    .map((byte) => Number.parseInt(byte, 16));
  return {
    address: plainAddress(bytes.length === 4 ? bytes.join('.') : ipv6Text(bytes)),
    port: Number.parseInt(port, 16),
  };
}

function ipv6Text(bytes: readonly number[]): string {
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (isMapped) return bytes.slice(12).join('.');
  const words = Array.from({ length: 8 }, (_, index) =>
    (((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0)).toString(16),
  );
  return shorten(words);
}

/** An IPv6 address that is written in full, as /proc/net/if_inet6 has it, in its usual form; any other text as it is. */
export function shortAddress(address: string): string {
  const words = address.split(':');
  return words.length === 8 && words.every((word) => /^[0-9a-f]{4}$/.test(word))
    ? shorten(words.map((word) => word.replace(/^0{1,3}/, '')))
    : address;
}

function shorten(words: readonly string[]): string {
  return words.join(':').replace(/(^|:)0(:0)+(:|$)/, '::');
}
