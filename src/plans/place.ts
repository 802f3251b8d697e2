/** The host and the unit or process of an inventory's node that lives on a host of the estate. */
export function placeOf(node: string): { host: string; owner?: string } | undefined {
  const [, host, owner] = /^(?:external\/)?vm\/([^/]+)(?:\/(.+))?$/.exec(node) ?? [];
  return host === undefined ? undefined : { host, ...(owner !== undefined && { owner }) };
}
