/**
 * Codes that are in the catalogue before their use is written. The lists may only be shortened, by using a code, and are
 * empty at the end: a code that is used must leave its list.
 */
export const notYetThrown: readonly string[] = ['MW1405'];

/** Codes that no test produces yet. */
export const notYetTested: readonly string[] = [
  'MW1302',
  'MW1304',
  'MW1305',
  'MW1306',
  'MW1313',
  'MW1314',
  'MW1318',
  'MW1401',
  'MW1405',
  'MW1406',
  'MW1501',
  'MW1502',
  'MW1503',
  'MW1504',
  'MW1603',
  'MW1604',
  'MW1606',
  'MW1607',
];
