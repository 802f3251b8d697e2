/**
 * Codes that are in the catalogue before their use is written. The lists must match exactly, so they can only be
 * shortened by using a code, and are empty at the end.
 */
export const notYetThrown: readonly string[] = [];

/** Codes that no test produces yet. */
export const notYetTested: readonly string[] = [];
