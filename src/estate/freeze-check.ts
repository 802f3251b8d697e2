import type { Estate } from './schema.ts';

type Path = (string | number)[];

/** What is wrong at a place of the estate, that only a look at two places shows. */
export interface Problem {
  path: Path;
  message: string;
}

/** Freeze windows that end before they begin, and the names in them that nobody of the estate has. */
export function freezeProblems({ policy, services }: Pick<Estate, 'policy' | 'services'>): Problem[] {
  const names = new Set(services.map(({ name }) => name));
  const owners = new Set(services.flatMap(({ owner }) => owner ?? []));
  return policy.freeze.flatMap((one, index) => {
    const path: Path = ['policy', 'freeze', index];
    const isBackward = Date.parse(one.until) <= Date.parse(one.from);
    return [
      ...(isBackward ? [{ path: [...path, 'until'], message: '`until` must be after `from`' }] : []),
      ...unknown(one.services ?? [], names, [...path, 'services'], (name) => `no service is named "${name}"`),
      ...unknown(one.owners ?? [], owners, [...path, 'owners'], (name) => `no service has the owner "${name}"`),
    ];
  });
}

/** Names in the rules of approval that nobody of the estate has. */
export function approvalProblems({ policy, services }: Pick<Estate, 'policy' | 'services'>): Problem[] {
  const names = new Set(services.map(({ name }) => name));
  const owners = new Set(services.flatMap(({ owner }) => owner ?? []));
  return (policy.approval ?? []).flatMap((one, index) => {
    const path: Path = ['policy', 'approval', index];
    return [
      ...unknown(one.services ?? [], names, [...path, 'services'], (name) => `no service is named "${name}"`),
      ...unknown(one.owners ?? [], owners, [...path, 'owners'], (name) => `no service has the owner "${name}"`),
    ];
  });
}

function unknown(
  given: readonly string[],
  known: ReadonlySet<string>,
  path: Path,
  message: (name: string) => string,
): Problem[] {
  return given.flatMap((name, index) => (known.has(name) ? [] : [{ path: [...path, index], message: message(name) }]));
}
