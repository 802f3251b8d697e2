import type { Finding } from '../../../inventory/schema.ts';
import { readEnvironmentFile } from '../environment-file.ts';
import type { SourceText } from '../source.ts';
import { interpolate } from './interpolate.ts';

/**
 * The variables of a `.env` file or an `env_file`: as systemd reads them, with `export` before a name and comments
 * behind a value besides, and variables within values.
 */
export function readDotenv(
  source: SourceText,
  variables: ReadonlyMap<string, string>,
): { found: Map<string, string>; findings: Finding[] } {
  const text = source.text
    .split(/\r?\n/)
    .map((line) => line.slice(0, 16_384).replace(/^\s*export\s+/, ''))
    .map((line) => (/^[^=]*=\s*["']/.test(line) ? line : line.replace(/\s#.*$/, '')))
    .join('\n');
  const { found: read, findings } = readEnvironmentFile({ name: source.name, text });
  const found = new Map<string, string>();
  const all = new Map(variables);
  for (const { name, value } of read) {
    const { text: resolved } = interpolate(value, all);
    found.set(name, resolved);
    all.set(name, resolved);
  }
  return { found, findings };
}
