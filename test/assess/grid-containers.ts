import type { Container } from '../../src/inventory/schema.ts';
import { container, docker, published } from '../inventory/container.ts';
import type { ShopParts } from '../fakes/shop.ts';
import type { GridRow } from './grid-row.ts';

const onA =
  (...list: Container[]) =>
  ({ vmA }: ShopParts): void =>
    void Object.assign(vmA, docker(...list));

const engineOnA =
  (state: 'idle' | 'unread' | 'read', reason?: string) =>
  ({ vmA }: ShopParts): void =>
    void (vmA.containers = {
      engines: [{ name: 'docker', state, ...(reason === undefined ? {} : { reason }) }],
      list: [],
    });

/** V8, where the containers themselves are known. */
export const containerRows: GridRow[] = [
  {
    check: 'V8',
    kind: 'hit',
    of: 'a container with a network of its own',
    change: onA(container({ ports: published(6379) })),
    expected: ['MW1740 vm-a'],
  },
  {
    check: 'V8',
    kind: 'hit',
    of: 'a container on the network of its host, and one on the network of that one',
    change: onA(
      container({ networkMode: 'host', networks: [] }),
      container({ id: 'b'.repeat(12), name: 'side', networkMode: 'container:0123456789ab', networks: [] }),
    ),
    expected: ['MW1741 vm-a'],
  },
  {
    check: 'V8',
    kind: 'hit',
    of: 'a service behind a forwarded port that no program holds (no userland proxy)',
    change: ({ vmA }) => Object.assign(vmA, docker(container({ ports: published(8080) })), { listeners: [] }),
    expected: ['MW1061 catalog', 'MW1310 catalog', 'MW1740 vm-a'],
  },
  {
    check: 'V8',
    kind: 'hit',
    of: 'an engine that was not read',
    change: engineOnA('unread', 'the login may not use its socket'),
    expected: ['MW1060 vm-a'],
  },
  {
    check: 'V8',
    kind: 'hit',
    of: 'an engine of which a part was read',
    change: engineOnA('read', '7 of its containers were not looked at'),
    expected: ['MW1062 vm-a'],
  },
  {
    check: 'V8',
    kind: 'near',
    outcome: 'clear',
    of: 'containers that have ended, and one without any network',
    change: onA(container({ state: 'exited' }), container({ id: 'b'.repeat(12), networkMode: 'none', networks: [] })),
    expected: [],
  },
  {
    check: 'V8',
    kind: 'near',
    outcome: 'clear',
    of: 'an engine that does not run',
    change: engineOnA('idle'),
    expected: [],
  },
  {
    check: 'V8',
    kind: 'near',
    outcome: 'clear',
    of: 'a container that forwards another service’s port of another host',
    change: ({ vmB }) => Object.assign(vmB, docker(container({ state: 'exited', ports: published(8080) }))),
    expected: [],
  },
];
