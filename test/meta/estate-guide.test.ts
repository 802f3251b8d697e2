import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { renderSchemas } from '../../scripts/docs/schemas.ts';
import { parseEstate } from '../../src/estate/parse.ts';
import { root } from '../run-mesh.ts';

interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  properties?: Record<string, Schema>;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
}

const schema = JSON.parse(renderSchemas()['plans/schemas/estate.schema.json'] ?? '') as Schema;
const read = (...path: string[]): string => readFileSync(join(root, ...path), 'utf8');
const guide = read('docs', 'guides', 'writing-an-estate.md');

/** Every field of a schema by its path, as the guide writes it: `hosts[].address`. */
function fieldsOf(node: Schema, at: string): string[] {
  const resolved = node.$ref === undefined ? node : (schema.$defs?.[node.$ref.replace('#/$defs/', '')] ?? {});
  const { properties = {}, items, anyOf = [], oneOf = [] } = resolved;
  return [
    ...Object.entries(properties).flatMap(([name, child]) => {
      const path = at === '' ? name : `${at}.${name}`;
      return [path, ...fieldsOf(child, path)];
    }),
    ...(items ? fieldsOf(items, `${at}[]`) : []),
    ...[...anyOf, ...oneOf].flatMap((option) => fieldsOf(option, at)),
  ];
}

const fields = [...new Set(fieldsOf(schema, ''))];
const described = new Set([...guide.matchAll(/`([a-zA-Z0-9.[\]]+)`/g)].map(([, path]) => path));

/** The first YAML block of a page. */
const firstYaml = (page: string): string => /```yaml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';

describe('the guide to the estate file', () => {
  it('sees the whole schema', () => {
    expect(fields.length).toBeGreaterThan(60);
    expect(fields).toEqual(
      expect.arrayContaining(['provider.artifacts.envoy.sha256', 'services[].twin.kind', 'policy.gate.minRequests']),
    );
  });

  it.each(fields)('describes %s', (field) => {
    expect(described).toContain(field);
  });

  it('describes no field that is not there', () => {
    const fieldLike = [...guide.matchAll(/^\| (`[^|]+`) \|/gm)].flatMap(([, cell]) =>
      [...(cell ?? '').matchAll(/`([^`]+)`/g)].map(([, path]) => path),
    );
    expect(fieldLike.filter((path) => !fields.includes(path ?? ''))).toEqual([]);
  });

  it.each([
    ['the guide', guide],
    ['the README', read('README.md')],
  ])('has an example in %s that is a valid estate', (_, page) => {
    expect(parseEstate(firstYaml(page), 'example').services.length).toBeGreaterThan(0);
  });
});
