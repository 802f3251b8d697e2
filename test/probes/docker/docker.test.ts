import { describe, expect, test } from 'vitest';
import { estateSchema } from '../../../src/estate/schema.ts';
import { inventorySchema, type Inventory } from '../../../src/inventory/schema.ts';
import { openDocker } from '../../../src/ports/docker.ts';
import { discoverDocker } from '../../../src/probes/discover-docker.ts';
import { answers, enginesOfTests, type startEngine } from '../host/engine.ts';

const engine = enginesOfTests();

async function discovered(socket: string, yaml?: object): Promise<Inventory> {
  const inventory = await discoverDocker(openDocker(socket), {
    socket: 'unix:///var/run/docker.sock',
    ...(yaml === undefined ? {} : { estate: estateSchema.parse(yaml) }),
    digestOf: () => 'sha256:x',
    clock: { now: () => 0 },
  });
  return inventorySchema.parse(inventory);
}

type Row = [string, string, Parameters<typeof startEngine>[0]];

const edges = ({ dependencies }: Inventory): string[] =>
  dependencies.map(({ from, to, port }) => `${from} → ${to}:${port}`);

describe('a local engine', () => {
  test('is an estate of what runs, with the calls that containers declare, and no secret', async () => {
    const { socket, asked } = await engine();
    const inventory = await discovered(socket);
    expect(edges(inventory)).toEqual(['vm/compose-shop/web.service → service/cache:6379']);
    expect(inventory.workloads.map(({ id }) => id).sort()).toEqual([
      'vm/compose-docker/metrics.service',
      'vm/compose-docker/nasty.service',
      'vm/compose-docker/plain.service',
      'vm/compose-docker/side.service',
      'vm/compose-shop/cache.service',
      'vm/compose-shop/web.service',
    ]);
    expect(inventory.workloads[0]?.evidence[0]).toMatchObject({ source: 'docker', confidence: 'observed' });
    expect(JSON.stringify(inventory)).not.toMatch(/hunter|s3cret/);
    expect(JSON.stringify(inventory)).not.toContain('\\u001b');
    expect(asked.filter((one) => !one.startsWith('GET /containers/'))).toEqual([]);
  });

  test('is held against an estate that is there', async () => {
    const { socket } = await engine();
    const inventory = await discovered(socket, {
      apiVersion: 'meshway/v1alpha1',
      kind: 'Estate',
      name: 'shop',
      provider: { name: 'istio', cluster: 'lab' },
      services: [
        { name: 'web', workload: { host: 'vm-a', unit: 'web.service' } },
        {
          name: 'catalog',
          hostname: 'catalog.shop.internal',
          port: 8080,
          workload: { host: 'vm-a', unit: 'catalog.service' },
        },
      ],
    });
    expect(edges(inventory)).toEqual([
      'vm/vm-a/web.service → external/compose/shop/cache:6379',
      'vm/vm-a/web.service → service/catalog:8080',
    ]);
    expect(inventory.findings.filter(({ code }) => code === 'MW1067')).toHaveLength(2);
  });

  test('that says less than it should loses that container, with a finding', async () => {
    const { socket } = await engine(
      (path, response) => isFor('cache', path) && response.end('{"Id":"x"}') === response,
    );
    const { findings } = await discovered(socket);
    expect(findings.map(({ code, message }) => `${code} ${message}`)).toEqual([
      'MW1062 Of docker on host unix:///var/run/docker.sock, 1 of its containers were too many or not understood, and are left out.',
    ]);
  });
});

describe('an engine that cannot be read is MW1063, since', () => {
  const rows: Row[] = [
    ['it did not answer within 5 seconds', '', () => true],
    ['it answers with status 500', '', (_, response) => response.writeHead(500).end() === response],
    ['its answer is no JSON', '', (_, response) => response.end('<html>') === response],
    ['its list of containers is not understood', '', (_, response) => response.end('{"a":1}') === response],
    ['no container runs', '', (_, response) => response.end('[]') === response],
    [
      'its answer has more than 16777216 bytes',
      '',
      (_, response) => response.end(Buffer.alloc(50 * 1024 * 1024, 'x')) === response,
    ],
    ['there is no such socket', '/nowhere', undefined],
    ['it is no unix socket', 'tcp://192.0.2.1:2375', undefined],
  ];
  test.each(rows)(
    '%s',
    async (reason, address, respond) => {
      const { socket } = await engine(respond);
      const asking = discovered(address === '' ? `unix://${socket}` : address);
      await expect(asking).rejects.toMatchObject({ code: 'MW1063', args: { reason } });
    },
    20_000,
  );
});

function isFor(name: string, path: string): boolean {
  return (answers[path] as { Name?: string } | undefined)?.Name === `/${name}`;
}
