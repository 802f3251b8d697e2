import { Document, type YAMLMap, visit } from 'yaml';
import type { ListedHost } from '../schema.ts';

/** The `hosts:` section of an estate file, a line for each host. */
export function renderHosts(hosts: readonly ListedHost[]): string {
  const document = new Document(
    {
      hosts: hosts.map(({ name, address, port, user, jump }) => ({
        ...{ name, address },
        ...(port === undefined ? {} : { port }),
        ...(user === undefined ? {} : { user }),
        ...(jump === undefined ? {} : { jump }),
      })),
    },
    { schema: 'core', version: '1.2' },
  );
  visit(document, {
    Map: (key, map: YAMLMap) => {
      if (typeof key === 'number') map.flow = true;
    },
  });
  return document.toString({ lineWidth: 0 });
}
