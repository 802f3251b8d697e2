/** Canonical JSON lives with the estate, the first artefact of the path: everything later may import it from there. */
export { canonicalJson } from '../estate/canonical.ts';
