import { type Banner, clientKinds } from './tried-schema.ts';

/** Bytes of a banner that are read at most; enough to tell a protocol. */
export const BANNER_BYTES = 96;
const TEXT_LENGTH = 40;

/** How the texts of servers begin that speak first (RFC 4253, 5321, 959, 1939, 3501), and what others send unasked. */
const openings: readonly { kind: Banner['kind']; pattern: RegExp }[] = [
  { kind: 'SSH', pattern: /^SSH-\d/ },
  { kind: 'SMTP', pattern: /^(220|421|554)[ -].*\bE?SMTP\b/i },
  { kind: 'FTP', pattern: /^220[ -].*FTP/i },
  { kind: 'POP3', pattern: /^\+OK\b/ },
  { kind: 'IMAP', pattern: /^\* (OK|PREAUTH|BYE)\b/ },
  { kind: 'HTTP', pattern: /^HTTP\/\d/ },
  { kind: 'Redis', pattern: /^-(DENIED|ERR|NOAUTH|LOADING)\b/ },
];
/** By the port, where the text alone may be either. */
const usualPorts = new Map<number, Banner['kind']>([
  [21, 'FTP'],
  [25, 'SMTP'],
  [587, 'SMTP'],
]);

/**
 * What the first bytes of a server tell. They are hostile: what is kept is their number, the protocol they begin, and a few
 * printable characters, none where these look as if they were a secret.
 *
 * @param hex the bytes, two digits each; anything else counts as no byte
 */
export function readBanner(hex: string, port: number): Banner {
  const bytes = (hex.match(/[0-9a-f]{2}/g) ?? []).slice(0, BANNER_BYTES).map((digits) => Number.parseInt(digits, 16));
  if (bytes.length === 0) return { bytes: 0 };
  const [line = ''] = String.fromCharCode(...bytes).split(/[\r\n]/, 1);
  const kind = kindOf(bytes, line, port);
  const text = printable(line);
  // What MySQL sends is binary, with the challenge of the login in it.
  const isKept = kind !== 'MySQL' && text.length > 2 && !looksSecret(text);
  return { bytes: bytes.length, kind, ...(isKept ? { text } : {}) };
}

function kindOf(bytes: readonly number[], line: string, port: number): NonNullable<Banner['kind']> {
  if (isMysql(bytes)) return 'MySQL';
  if (isHttp2(bytes)) return 'HTTP/2';
  if (bytes[0] === 21 && bytes[1] === 3) return 'TLS';
  const known = openings.find(({ pattern }) => pattern.test(line))?.kind;
  return known ?? (/^220[ -]/.test(line) ? usualPorts.get(port) : undefined) ?? 'other';
}

/** The first packet of MySQL and MariaDB: a length in three bytes, number 0, then protocol 10 or an error (0xff). */
function isMysql([low = 0, middle = 0, high = 0, number, first]: readonly number[]): boolean {
  const length = low + middle * 256 + high * 65_536;
  return number === 0 && (first === 10 || first === 255) && length > 4 && length < 1024;
}

/** Settings, the first frame of a server of HTTP/2 and gRPC, which many send at once (RFC 9113, sections 3.4 and 6.5). */
function isHttp2([high, middle, low = 0, type, flags, ...stream]: readonly number[]): boolean {
  const isFrame = high === 0 && middle === 0 && low % 6 === 0 && type === 4 && flags === 0;
  return isFrame && stream.length >= 4 && stream.slice(0, 4).every((byte) => byte === 0);
}

/** Whether a server that sent this speaks first: it sent something, and not what its clients need not wait for. */
export function isSpeaking({ bytes, kind }: Banner): boolean {
  return bytes > 0 && !clientKinds.some((one) => one === kind);
}

function printable(line: string): string {
  return (/^[\x20-\x7e]*/.exec(line)?.[0] ?? '').slice(0, TEXT_LENGTH).trim();
}

/** Words that go with secrets, and long words of mixed signs, which keys and tokens are. */
function looksSecret(text: string): boolean {
  if (/passw|secret|token|credential|bearer|private|api.?key|-----begin/i.test(text)) return true;
  return text
    .split(/\s/)
    .some((word) => /^[A-Za-z0-9+/=_-]{16,}$/.test(word) && /\d/.test(word) && /[A-Za-z]/.test(word));
}
