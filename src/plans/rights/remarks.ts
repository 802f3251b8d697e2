import type { Scope } from './rules.ts';

/** What is strong in a set of rules and cannot be narrowed, and why it is asked for. */
export function remarksOf(scopes: readonly Scope[]): string[] {
  const rules = scopes.flatMap((scope) => scope.rules);
  const has = (resource: string, isNamed: boolean): boolean =>
    rules.some(({ resources, resourceNames }) => resources.includes(resource) && (resourceNames !== undefined) === isNamed);
  return [
    ...(rules.some(({ resources, resourceNames, verbs }) => resources.includes('secrets') && !resourceNames && verbs.includes('get'))
      ? ['secrets: pre-images are kept in one named after the run, which has no name before it begins; --run narrows this to it']
      : []),
    ...(has('pods/exec', false)
      ? ['pods/exec: endpoints are read from the proxy of each caller, and RBAC cannot narrow what is run in a pod']
      : []),
    ...(has('serviceaccounts/token', true)
      ? ['serviceaccounts/token: the proxy of a host gets its first token as the service account that is named here']
      : []),
  ];
}
