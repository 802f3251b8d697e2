import { API_VERSION } from '../../estate/schema.ts';
import { sanitizeJson } from '../sanitize.ts';
import type { Graph } from './model.ts';

/** The graph as one JSON document, safe to print. */
export function renderGraphJson({ estate, nodes, edges }: Graph): string {
  return sanitizeJson(JSON.stringify({ apiVersion: API_VERSION, kind: 'Graph', estate, nodes, edges }, null, 2));
}
