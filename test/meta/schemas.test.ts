import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderSchemas } from '../../scripts/docs/schemas.ts';
import { root } from '../run-mesh.ts';

interface JsonSchema {
  title?: string;
  required?: string[];
  additionalProperties?: unknown;
}

const rendered = renderSchemas();

describe('the JSON Schemas of the artefacts', () => {
  it.each(Object.entries(rendered))('%s is what npm run docs writes', (file, text) => {
    expect(readFileSync(join(root, file), 'utf8')).toBe(text);
  });

  it('has no schema that nothing writes', () => {
    expect(globSync('plans/schemas/*', { cwd: root }).toSorted()).toEqual(Object.keys(rendered).toSorted());
  });

  it('refuses unknown fields of an estate, and asks for no field that has a default', () => {
    const { required, additionalProperties } = JSON.parse(
      rendered['plans/schemas/estate.schema.json'] ?? '',
    ) as JsonSchema;
    expect(additionalProperties).toBe(false);
    expect(required).toEqual(['apiVersion', 'kind', 'name', 'provider', 'services']);
  });
});
