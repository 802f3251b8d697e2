/**
 * Codes that are in the catalogue before their use is written. The lists may only be shortened, by using a code, and are
 * empty at the end: a code that is used must leave its list.
 */
export const notYetThrown: readonly string[] = [];

/** Codes that no test produces yet. */
export const notYetTested: readonly string[] = [];
