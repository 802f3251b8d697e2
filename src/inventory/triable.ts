const HOST_NAME = /^(?=.{1,253}$)[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$/;
const IPV4 = /^\d{1,3}(\.\d{1,3}){3}$/;
const IPV6 = /^(?=.*:)[0-9A-Fa-f:.]{2,45}$/;

/** This machine, this link, everybody, nobody: the same words mean another thing at every source. */
const NOBODY = /^(0\.|127\.|169\.254\.|2(2[4-9]|3\d)\.|255\.255\.255\.255$|::$|::1$|::ffff:|fe[89ab][0-9a-f]:|ff)/i;

/** Whether an address is one, and not a name. */
export function isAddress(address: string): boolean {
  return IPV4.test(address) || IPV6.test(address);
}

/**
 * Whether an address and port may be tried: what a host declares is hostile. Only addresses and names of letters, digits,
 * dots and inner dashes are; loopback, link-local (where clouds keep credentials), multicast and broadcast addresses are not.
 */
export function isTriable(address: string, port: number): boolean {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return false;
  if (isAddress(address)) return !NOBODY.test(address) && isWhole(address);
  return isNameTriable(address);
}

/** Whether a name may be looked up. */
export function isNameTriable(name: string): boolean {
  return HOST_NAME.test(name) && !/^[\d.]+$/.test(name) && !/(^|\.)(localhost|localdomain)$/i.test(name);
}

function isWhole(address: string): boolean {
  return address.includes(':') || address.split('.').every((part) => Number(part) <= 255);
}
