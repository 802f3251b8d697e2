import { shopYaml } from '../fakes/shop.ts';
import { type GridRow, twin } from './grid-row.ts';
import { all, atCatalog, POD, tried } from './grid-tried.ts';

const speaking = shopYaml.replace('    port: 8080\n', '    port: 8080\n    protocol: tcp\n    serverFirst: true\n');

/** What servers say to silence, against the estate's word and the looks of their ports. */
export const bannerRows: readonly GridRow[] = [
  {
    check: 'P2',
    kind: 'hit',
    of: 'a banner that nobody announced',
    change: tried([atCatalog({ bytes: 21, kind: 'SMTP', text: '220 mail ESMTP' })]),
    expected: ['MW1748 catalog'],
  },
  {
    check: 'P2',
    kind: 'hit',
    of: 'a server that should speak first, and does not',
    yaml: speaking,
    change: tried([atCatalog({ bytes: 0 })]),
    expected: ['MW1749 catalog'],
  },
  {
    check: 'P2',
    kind: 'hit',
    of: 'a server that should speak first, and only sends its settings',
    yaml: speaking,
    change: tried([atCatalog({ bytes: 21, kind: 'HTTP/2' })]),
    expected: ['MW1749 catalog'],
  },
  {
    check: 'P2',
    kind: 'near',
    outcome: 'clear',
    of: 'a server of gRPC, which sends its settings at once',
    change: tried([atCatalog({ bytes: 21, kind: 'HTTP/2' })]),
    expected: [],
  },
  {
    check: 'P2',
    kind: 'near',
    outcome: 'clear',
    of: 'a server that speaks first, as the estate says',
    yaml: speaking,
    change: tried([atCatalog({ bytes: 9, kind: 'other' })]),
    expected: [],
  },
  {
    check: 'P2',
    kind: 'near',
    outcome: 'clear',
    of: 'a port of MySQL at which nobody speaks first',
    change: all(
      ({ twin: pods }) => void (pods.ports = [3306]),
      tried([{ from: twin, address: POD, port: 3306, for: [twin], banner: { bytes: 0 } }]),
    ),
    expected: [],
  },
  {
    check: 'P2',
    kind: 'hit',
    of: 'a port of mail, whose servers may wait before they greet',
    change: all(
      ({ twin: pods }) => void (pods.ports = [587]),
      tried([{ from: twin, address: POD, port: 587, for: [twin], banner: { bytes: 0 } }]),
    ),
    expected: ['MW1714 catalog'],
  },
];
