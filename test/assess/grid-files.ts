import { before, type GridRow, inFiles, podsOnly, twin, web } from './grid-row.ts';
import type { ShopParts } from '../fakes/shop.ts';

/** Files with a Service for each workload. */
const withServices = (parts: ShopParts): void => {
  inFiles(parts);
  before({})(parts);
  before({ name: 'web', selector: { app: 'web' } })(parts);
};
const row = (check: string, kind: GridRow['kind'], of: string, rest: Partial<GridRow>): GridRow => ({
  ...{ check, kind, of: `in files: ${of}`, yaml: podsOnly, change: inFiles, expected: [] },
  ...rest,
});

/** Checks of a cluster that manifests tell of, and that nobody looked at. */
export const fileRows: readonly GridRow[] = [
  row('P2', 'near', 'a port of no such protocol', { outcome: 'clear' }),
  row('P3', 'near', 'a Service for each workload', { change: withServices, outcome: 'clear' }),
  row('P3', 'open', 'no Service', { expected: [`MW1700 ${twin}`, `MW1700 ${web}`] }),
  row('P4', 'near', 'a Service for each workload', { change: withServices, outcome: 'clear' }),
  row('P4', 'open', 'no Service', { expected: [`MW1700 ${twin}`, `MW1700 ${web}`] }),
  row('P5', 'near', 'no connection at all', { outcome: 'unknown' }),
  row('P6', 'near', 'pods of their own network', { outcome: 'clear' }),
  row('P6', 'hit', 'hostNetwork', {
    change: (parts) => {
      inFiles(parts);
      parts.web.hostNetwork = true;
    },
    expected: ['MW1310 web'],
  }),
  row('P7-init', 'near', 'no init container', { outcome: 'clear' }),
  row('P7-init', 'open', 'an init container, whatever the mesh does', {
    change: (parts) => {
      inFiles(parts);
      parts.web.initContainers = ['migrate'];
    },
    expected: [`MW1700 ${web}`],
  }),
  row('P7-user', 'near', 'another user', { outcome: 'clear' }),
  row('P7-user', 'near', 'another user, and a workload that the files lack', {
    change: (parts) => {
      inFiles(parts);
      parts.cluster.workloads.pop();
    },
    outcome: 'unknown',
  }),
  row('P8', 'open', 'no label of a namespace', { expected: [`MW1700 ${twin}`, `MW1700 ${web}`] }),
  row('P9', 'near', 'no such Service', { outcome: 'unknown' }),
  row('P1', 'open', 'no policy', { expected: ['MW1700 lab'] }),
  row('P13', 'open', 'no policy', { expected: ['MW1700 lab'] }),
];
