import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node';
import { afterAll, describe, expect, it } from 'vitest';
import { chooseFiles, type KubeConfigChoice, loadKubeConfig } from '../../src/ports/kube-config.ts';

const directory = mkdtempSync(join(tmpdir(), 'meshway-kubeconfig-'));
afterAll(() => rmSync(directory, { recursive: true }));

const base: KubeConfigChoice = {
  baseDirectory: directory,
  workingTree: join(directory, 'checkout'),
  allowedPlugins: [],
  env: { HOME: join(directory, 'home') },
};
const load = (more: Partial<KubeConfigChoice>): KubeConfig =>
  loadKubeConfig({ ...base, ...more }, () => new KubeConfig());

function write(
  name: string,
  {
    user = {},
    server = 'https://192.0.2.1:6443',
    current = 'one',
  }: { user?: object; server?: string; current?: string } = {},
): string {
  const config = {
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'u', user }],
    contexts: [
      { name: 'one', context: { cluster: 'c', user: 'u' } },
      { name: 'astray', context: { cluster: 'none', user: 'u' } },
      { name: 'nobody', context: { cluster: 'c', user: 'none' } },
    ],
    'current-context': current,
  };
  writeFileSync(join(directory, name), JSON.stringify(config));
  return name;
}

describe('a kubeconfig', () => {
  it('is the one that the estate names, else that of KUBECONFIG, else that of the home', () => {
    expect(chooseFiles({ ...base, file: 'named' })).toEqual([join(directory, 'named')]);
    expect(chooseFiles({ ...base, env: { KUBECONFIG: '/a:/b' } })).toEqual(['/a', '/b']);
    expect(chooseFiles(base)).toEqual([join(directory, 'home', '.kube', 'config')]);
  });

  it('in the working tree is refused unless it is named', () => {
    const workingTree = directory;
    const file = join(directory, 'kubeconfig');
    expect(() => chooseFiles({ ...base, workingTree, env: { KUBECONFIG: file } })).toThrow(
      expect.objectContaining({ code: 'MW1206' }) as Error,
    );
    expect(chooseFiles({ ...base, workingTree, file })).toEqual([file]);
  });

  it('gives the context that is asked for, and its own otherwise', () => {
    expect(load({ file: write('plain') }).getCurrentContext()).toBe('one');
    expect(load({ file: 'plain', context: 'one' }).getCurrentCluster()?.server).toBe('https://192.0.2.1:6443');
  });

  it.each<[string, Partial<KubeConfigChoice>]>([
    ['a file that is missing', { file: 'none' }],
    ['a context that is not in it', { file: write('contexts'), context: 'two' }],
    ['a context without its cluster', { file: 'contexts', context: 'astray' }],
    ['a context without its user', { file: 'contexts', context: 'nobody' }],
    ['no context at all', { file: write('none-current', { current: '' }) }],
    ['a server without TLS', { file: write('http', { server: 'http://192.0.2.1:8080' }) }],
  ])('with %s is not usable', (_what, choice) => {
    expect(() => load(choice)).toThrow(expect.objectContaining({ code: 'MW1205' }) as Error);
  });

  it('runs a credential plugin only when it is allowed by exactly that name', () => {
    const file = write('exec', {
      user: { exec: { apiVersion: 'client.authentication.k8s.io/v1', command: '/tmp/evil/aws' } },
    });
    expect(() => load({ file })).toThrow(expect.objectContaining({ code: 'MW1206' }) as Error);
    expect(() => load({ file, allowedPlugins: ['aws'] })).toThrow(/by name, not by path/);
    expect(load({ file, allowedPlugins: ['/tmp/evil/aws'] }).getCurrentContext()).toBe('one');
    expect(() =>
      load({ file: write('gcp', { user: { 'auth-provider': { name: 'gcp', config: { 'cmd-path': 'gcloud' } } } }) }),
    ).toThrow(expect.objectContaining({ code: 'MW1206' }) as Error);
    expect(
      load({ file: write('oidc', { user: { 'auth-provider': { name: 'oidc', config: {} } } }) }).getCurrentContext(),
    ).toBe('one');
  });

  it('of several files is their sum; the first says the context', () => {
    write('other', { current: 'astray' });
    const config = JSON.parse(
      '{"clusters":[{"name":"d","cluster":{"server":"https://192.0.2.2:6443"}}],"users":[{"name":"v","user":{}}],"contexts":[{"name":"two","context":{"cluster":"d","user":"v"}}]}',
    ) as object;
    writeFileSync(join(directory, 'second'), JSON.stringify(config));
    const env = { KUBECONFIG: `${join(directory, 'plain')}:${join(directory, 'second')}` };
    expect(load({ env }).getCurrentContext()).toBe('one');
    expect(load({ env, context: 'two' }).getCurrentCluster()?.server).toBe('https://192.0.2.2:6443');
    expect(() => load({ env: { KUBECONFIG: `${join(directory, 'plain')}:${join(directory, 'other')}` } })).toThrow(
      expect.objectContaining({ code: 'MW1205' }) as Error,
    );
  });
});
