import { container as containerSchema, type Container } from '../../src/inventory/container-schema.ts';

/** A container that runs; everything else is unremarkable. */
export function container(change: Partial<Container> = {}): Container {
  return containerSchema.parse({
    engine: 'docker',
    id: '0123456789ab',
    name: 'cache',
    image: 'redis:7',
    state: 'running',
    networkMode: 'bridge',
    networks: [{ name: 'bridge', address: '172.17.0.2' }],
    aliases: [],
    ports: [],
    restartPolicy: 'always',
    pid: 7,
    declares: [],
    ...change,
  });
}

/** The facts of an engine that was read. */
export function docker(...list: Container[]): {
  containers: { engines: [{ name: 'docker'; state: 'read' }]; list: Container[] };
} {
  return { containers: { engines: [{ name: 'docker', state: 'read' }], list } };
}

/** A published port. */
export const published = (hostPort: number, hostAddress = '0.0.0.0'): Container['ports'] => [
  { protocol: 'tcp', port: 80, hostAddress, hostPort },
];
