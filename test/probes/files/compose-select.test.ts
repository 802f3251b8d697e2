import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parseFiles } from '../../../src/probes/files/index.ts';
import { readSources } from '../../../src/probes/files/read.ts';

let directory = '';
beforeAll(async () => void (directory = await mkdtemp(join(tmpdir(), 'compose-'))));
afterAll(async () => await rm(directory, { recursive: true }));

/** Services and the files that are passed over, of a directory of its own. */
async function read(name: string, texts: Readonly<Record<string, string>>, ...named: string[]): Promise<string[][]> {
  for (const [path, text] of Object.entries(texts)) {
    await mkdir(dirname(join(directory, name, path)), { recursive: true });
    await writeFile(join(directory, name, path), text);
  }
  const paths = named.length === 0 ? [join(directory, name)] : named.map((one) => join(directory, name, one));
  const { compose, findings } = parseFiles(await readSources(paths));
  const over = findings
    .filter(({ code }) => code === 'MW1068')
    .map(({ subject }) => subject.slice(subject.lastIndexOf('/') + 1));
  return [compose.flatMap(({ services }) => services.map((one) => one.name)).sort(), over];
}

const of = (...names: string[]): string => `services: { ${names.map((name) => `${name}: {}`).join(', ')} }`;

test('of a directory the default file and its override are read, and what is passed over is said', async () => {
  const texts = {
    'compose.yaml': of('a'),
    'compose.override.yml': of('b'),
    'compose.prod.yaml': of('c'),
    'docker-compose.yml': of('d'),
  };
  expect(await read('defaults', texts)).toEqual([
    ['a', 'b'],
    ['compose.prod.yaml', 'docker-compose.yml'],
  ]);
});

test('files that are named are read, and no other', async () => {
  const texts = {
    'docker-compose.yml': of('a'),
    'docker-compose.override.yml': of('b'),
    'docker-compose.prod.yml': of('c'),
  };
  expect(await read('named', texts, 'docker-compose.yml', 'docker-compose.prod.yml')).toEqual([['a', 'c'], []]);
});

test('a file with a name of its own is read, and one that is extended is not passed over', async () => {
  const texts = {
    'stack.yml': 'services: { a: { extends: { file: common.yml, service: z } } }',
    'common.yml': of('z'),
  };
  expect(await read('own', texts)).toEqual([['a'], []]);
});

test('each directory is a project', async () => {
  expect(await read('two', { 'x/compose.yml': of('a'), 'y/compose.yml': of('b') })).toEqual([['a', 'b'], []]);
});
