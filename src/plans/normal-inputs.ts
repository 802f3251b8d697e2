import type { Estate } from '../estate/schema.ts';
import type { Inventory } from '../inventory/schema.ts';

/** An estate in an order of its own: where a list's order says nothing, the plan must not depend on it. */
export function normalEstate(estate: Estate): Estate {
  return {
    ...estate,
    hosts: sorted(estate.hosts, ({ name }) => name),
    clusters: sorted(estate.clusters, ({ name }) => name),
    services: sorted(estate.services, ({ name }) => name),
    exemptions: sorted(estate.exemptions, (one) => JSON.stringify(one)),
  };
}

/** The same of an inventory. */
export function normalInventory(inventory: Inventory): Inventory {
  return {
    ...inventory,
    hosts: sorted(inventory.hosts, ({ name }) => name),
    clusters: sorted(inventory.clusters, ({ name }) => name),
    workloads: sorted(inventory.workloads, ({ id, role }) => `${id} ${role}`),
    dependencies: sorted(inventory.dependencies, ({ from, to, port, addressedBy }) => `${from} ${to} ${port} ${addressedBy}`),
    findings: sorted(inventory.findings, ({ code, subject, message }) => `${code} ${subject} ${message}`),
  };
}

function sorted<T>(all: readonly T[], key: (one: T) => string): T[] {
  const keyed = all.map((one) => ({ one, key: key(one) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key))).map(({ one }) => one);
}
