import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { containersSchema } from '../../../src/inventory/container-schema.ts';
import { containerOfScope, containerScope } from '../../../src/inventory/container-scope.ts';
import { readContainers } from '../../../src/probes/host/containers.ts';
import { splitSections } from '../../../src/probes/host/sections.ts';

const ID = '0123456789ab'.padEnd(64, 'f');
const read = (...lines: string[]): ReturnType<typeof readContainers> => readContainers(splitSections(lines.join('\n')));
const web = [`container\tdocker 1 id ${ID}`, 'container\tdocker 1 name /web'];

describe('containers of a host', () => {
  test('are absent where there is no engine', () => {
    expect(read(...web)).toEqual({});
  });

  test('have no more than their lines say', () => {
    expect(read('engine\tdocker read curl', ...web).containers?.list).toEqual([
      {
        engine: 'docker',
        id: '0123456789ab',
        name: 'web',
        image: '',
        state: 'unknown',
        networkMode: '',
        networks: [],
        aliases: [],
        ports: [],
        restartPolicy: '',
        pid: 0,
        declares: [],
      },
    ]);
  });

  test.for([
    ['no id', [web[1] ?? '']],
    ['an id that is none', ['container\tdocker 1 id xyz', web[1] ?? '']],
    ['a name that no engine takes', [web[0] ?? '', 'container\tdocker 1 name /\u001B[31m']],
    ['an engine that is none', web.map((line) => line.replace('docker', 'lxc'))],
  ] as const)('are left out with %s', ([, lines]) => {
    expect(read('engine\tdocker read curl', ...lines).containers?.list).toEqual([]);
  });

  test('fit their schema, whatever the host prints', () => {
    const word = fc.oneof(
      fc.constantFrom(
        'docker',
        'podman',
        '1',
        'id',
        'name',
        'port',
        'address',
        'declares',
        'environment',
        ID,
        '/web',
        '80/tcp',
        '99999/tcp',
        '::',
        '0.0.0.0',
      ),
      fc.string({ unit: 'binary', maxLength: 10 }),
    );
    const line = fc
      .tuple(fc.constantFrom('engine', 'container'), fc.array(word, { maxLength: 7 }))
      .map(([section, words]) => `${section}\t${words.join(' ')}`);
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const { containers } = read('engine\tdocker read curl', ...web, ...lines);
        expect(containersSchema.parse(containers)).toEqual(containers);
      }),
      { numRuns: 300 },
    );
  });
});

test.for([
  ['/system.slice/docker-ID.scope', 'docker-ID.scope'],
  ['/docker/ID', 'docker-ID.scope'],
  ['/docker/ID/init', 'docker-ID.scope'],
  ['/machine.slice/libpod-ID.scope/container', 'libpod-ID.scope'],
  ['/libpod_parent/libpod-ID', 'libpod-ID.scope'],
  ['/system.slice/docker.service', undefined],
  ['/system.slice/docker-0123.scope', undefined],
] as const)('a control group %s is the container’s %s', ([path, expected]) => {
  const scope = containerScope(path.replace('ID', ID));
  expect(scope).toBe(expected?.replace('ID', ID));
  expect(scope && containerOfScope(scope)).toBe(expected && '0123456789ab');
});
