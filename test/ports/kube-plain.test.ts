import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { plainAccess, type PlainAccess } from '../../src/ports/kube-plain.ts';

const directory = mkdtempSync(join(tmpdir(), 'meshway-kube-plain-'));
afterAll(() => rmSync(directory, { recursive: true }));

const base = { baseDirectory: directory, workingTree: join(directory, 'checkout'), allowedPlugins: [] };

function accessBy(user: object, cluster: object = {}): PlainAccess | undefined {
  const config = {
    clusters: [{ name: 'c', cluster: { server: 'https://192.0.2.1:6443/', ...cluster } }],
    users: [
      { name: 'u', user },
      { name: 'other', user: { exec: { command: 'helper' } } },
    ],
    contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'x',
  };
  writeFileSync(join(directory, 'kubeconfig'), JSON.stringify(config));
  return plainAccess({ ...base, file: 'kubeconfig', env: {} });
}

describe('a plain kubeconfig', () => {
  it('is read without the library: a token and an authority', () => {
    const data = Buffer.from('authority').toString('base64');
    expect(accessBy({ token: 'abc' }, { 'certificate-authority-data': data })).toEqual({
      server: 'https://192.0.2.1:6443',
      context: 'x',
      token: 'abc',
      tls: { ca: Buffer.from('authority') },
    });
  });

  it('may name certificates by files beside it, and how the server is checked', () => {
    writeFileSync(join(directory, 'client.crt'), 'certificate');
    const key = Buffer.from('key').toString('base64');
    const cluster = { 'tls-server-name': 'api.example', 'insecure-skip-tls-verify': true };
    expect(accessBy({ 'client-certificate': 'client.crt', 'client-key-data': key }, cluster)?.tls).toEqual({
      cert: Buffer.from('certificate'),
      key: Buffer.from('key'),
      servername: 'api.example',
      rejectUnauthorized: false,
    });
  });
});

describe('left to the library is', () => {
  it.each([
    ['a login that runs a program', { exec: { command: 'helper' } }, {}],
    ['a provider', { 'auth-provider': { name: 'oidc' } }, {}],
    ['somebody else to be', { token: 'abc', as: 'root' }, {}],
    ['a password', { username: 'a', password: 'b' }, {}],
    ['a token in a file', { 'token-file': '/token' }, {}],
    ['a token that no header can hold', { token: 'a\nb' }, {}],
    ['a proxy', { token: 'abc' }, { 'proxy-url': 'http://192.0.2.9:3128' }],
    ['a server without TLS', { token: 'abc' }, { server: 'http://192.0.2.1' }],
    ['a certificate that is not there', { 'client-certificate': 'none.crt' }, {}],
  ])('%s', (_, user, cluster) => {
    expect(accessBy(user, cluster)).toBeUndefined();
  });

  it('more than one file, and one of the working tree', () => {
    accessBy({ token: 'abc' });
    const file = join(directory, 'kubeconfig');
    expect(plainAccess({ ...base, env: { KUBECONFIG: [file, file].join(delimiter) } })).toBeUndefined();
    expect(plainAccess({ ...base, env: { KUBECONFIG: file } })?.token).toBe('abc');
    expect(plainAccess({ ...base, workingTree: directory, env: { KUBECONFIG: file } })).toBeUndefined();
  });
});
