import type { MeshError } from '../errors/mesh-error.ts';
import { sanitizeLine } from './sanitize.ts';
import { style } from './style.ts';

const maxDetails = 50;

function indented(label: string, text: string): string {
  return `  ${style.dim(label.padEnd(6))} ${text}`;
}

/** An error for a person: what happened, why, what to do, and the single findings if there are any. */
export function renderFailure(error: MeshError): string {
  const details = error.details.slice(0, maxDetails).map((line) => `    - ${sanitizeLine(line)}`);
  const left = error.details.length - details.length;
  return [
    `${style.red(style.bold(error.code))} ${style.bold(sanitizeLine(error.title))}`,
    indented('cause', sanitizeLine(error.causeText, 2000)),
    ...details,
    ...(left > 0 ? [`    - and ${left} more (--json shows all)`] : []),
    indented('fix', sanitizeLine(error.fixText, 2000)),
  ].join('\n');
}
