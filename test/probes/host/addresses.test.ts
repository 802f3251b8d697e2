import { expect, test } from 'vitest';
import { hexEndpoint, isWildcard, parseEndpoint } from '../../../src/probes/host/addresses.ts';

test.for<[string, string, number]>([
  ['10.0.0.1:80', '10.0.0.1', 80],
  ['*:8080', '*', 8080],
  [':::22', '::', 22],
  ['::1:631', '::1', 631],
  ['0.0.0.0:*', '0.0.0.0', 0],
  ['[::]:22', '::', 22],
  ['[::ffff:10.1.2.3]:80', '10.1.2.3', 80],
  ['127.0.0.53%lo:53', '127.0.0.53', 53],
  ['[fe80::1%eth0]:546', 'fe80::1', 546],
])('reads %s', ([text, address, port]) => {
  expect(parseEndpoint(text)).toEqual({ address, port });
});

test.for(['', 'a:1', '1.2.3.4', '1.2.3.4:99999', '[::1]', '::1', '$(id):1'])('refuses %j', (text) => {
  expect(parseEndpoint(text)).toBeUndefined();
});

test.for<[string, string, number]>([
  ['0100007F:1F90', '127.0.0.1', 8080],
  ['00000000000000000000000000000000:0016', '::', 22],
  ['0000000000000000FFFF00000100007F:1F90', '127.0.0.1', 8080],
  ['000080FE00000000FF34A0D1FE3AE4E4:0050', 'fe80:0:d1a0:34ff:e4e4:3afe', 80],
])('reads %s of /proc/net/tcp', ([text, address, port]) => {
  const endpoint = hexEndpoint(text);
  expect(endpoint?.port).toBe(port);
  if (address.startsWith('fe80')) expect(endpoint?.address).toMatch(/^fe80::?/);
  else expect(endpoint?.address).toBe(address);
});

test('knows a wildcard', () => {
  expect(['*', '::', '0.0.0.0', '127.0.0.1'].map(isWildcard)).toEqual([true, true, true, false]);
});
