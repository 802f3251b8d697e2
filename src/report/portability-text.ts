import type { KindCount, PortabilityReport } from '../plans/portability.ts';
import { sanitizeLine } from './sanitize.ts';
import { style } from './style.ts';
import { renderTable } from './table.ts';

/** What of a plan another mesh could read, for a person. */
export function renderPortability({ stages, kinds, total }: PortabilityReport): string {
  const all = total.core + total['gateway-api'] + total.proprietary;
  if (all === 0) return 'The plan creates no object.';
  const rows = stages.flatMap(({ stage, kinds: own }) => own.map((kind) => [stage, ...cells(kind)]));
  return [
    style.bold(`${all} objects: ${all - total.proprietary} portable, ${total.proprietary} proprietary`),
    `  Kubernetes ${total.core}, Gateway API ${total['gateway-api']}, one mesh’s own ${total.proprietary}`,
    '',
    ...renderTable(['STAGE', 'KIND', 'GROUP', 'COUNT', ''], rows),
    ...notes(kinds),
  ].join('\n');
}

const cells = ({ kind, group, count, portability }: KindCount): string[] => [
  kind,
  group === '' ? '(core)' : group,
  String(count),
  portability === 'proprietary' ? 'proprietary' : 'portable',
];

function notes(kinds: readonly KindCount[]): string[] {
  const lines = kinds.flatMap(({ kind, note }) =>
    note === undefined ? [] : [`  ${sanitizeLine(kind, 120)}: ${sanitizeLine(note, 400)}`],
  );
  return lines.length === 0 ? [] : ['', style.bold('In portable terms'), ...lines];
}
