import { type Api, ask } from './api.ts';

/** How many list requests the server has had of each resource, by its own count. */
export async function listRequests(api: Api): Promise<Map<string, number>> {
  const { text } = await ask(api, 'GET', '/metrics');
  const counts = new Map<string, number>();
  for (const line of text.split('\n')) {
    const [, labels = '', value] = /^apiserver_request_total\{([^}]*)\} ([\d.e+]+)$/.exec(line) ?? [];
    const label = (name: string): string => new RegExp(`(?:^|,)${name}="([^"]*)"`).exec(labels)?.[1] ?? '';
    if (label('verb') !== 'LIST' || label('code') !== '200') continue;
    const resource = [label('resource'), label('group')].filter((part) => part !== '').join('.');
    counts.set(resource, (counts.get(resource) ?? 0) + Number(value));
  }
  return counts;
}

/** What has been added between two counts. */
export function added(before: ReadonlyMap<string, number>, after: ReadonlyMap<string, number>): Record<string, number> {
  const grown = [...after].map(([name, count]): [string, number] => [name, count - (before.get(name) ?? 0)]);
  return Object.fromEntries(grown.filter(([, count]) => count > 0).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}
