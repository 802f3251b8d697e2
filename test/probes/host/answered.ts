import type { HostFacts } from '../../../src/inventory/schema.ts';
import { parseHost } from '../../../src/probes/host/parse.ts';

/** What an answer of the present script says, with these lines in it. */
export function answered(...lines: string[]): HostFacts {
  const answer = [
    'fact\tbegin\t1700000000.5',
    'fact\tinit\tsystemd',
    'uptime\t1000.5 1',
    ...lines,
    'fact\tend\t1700000001',
    '',
  ];
  return parseHost(answer.join('\n'), {
    name: 'vm',
    address: '10.0.0.1',
    privilege: 'root',
    sentAtMs: 1_700_000_000_000,
    receivedAtMs: 1_700_000_001_000,
    units: [],
    names: [],
  }).facts;
}
export const unitLines = (name: string, ...properties: string[]): string[] =>
  [`Id=${name}`, 'LoadState=loaded', 'ActiveState=active', 'UnitFileState=enabled', ...properties, ''].map(
    (one) => `unit\t${one}`,
  );
