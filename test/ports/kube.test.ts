import { describe, expect, it } from 'vitest';
import { meshError } from '../../src/errors/index.ts';
import type { KubeClient, KubeRequest } from '../../src/ports/kube-client.ts';
import { exitCodeOf } from '../../src/ports/kube-exec.ts';
import { parseResources } from '../../src/ports/kube-discovery.ts';
import { createKubePort, openKube } from '../../src/ports/kube.ts';

const resources: Record<string, object> = {
  '/api/v1': {
    resources: [
      { name: 'services', kind: 'Service', namespaced: true },
      { name: 'services/status', kind: 'Service', namespaced: true },
      { name: 'namespaces', kind: 'Namespace', namespaced: false },
    ],
  },
  '/apis/apps/v1': { resources: [{ name: 'deployments', kind: 'Deployment', namespaced: true }] },
};

/** A client that answers from a table and keeps what it was asked. */
function clientOf(answers: Record<string, unknown>): { client: KubeClient; asked: KubeRequest[] } {
  const asked: KubeRequest[] = [];
  const send = (request: KubeRequest): Promise<unknown> => {
    const found = resources[request.path];
    if (found !== undefined) return Promise.resolve(found);
    asked.push(request);
    const query = new URLSearchParams(request.query).get('continue');
    const answer = answers[query === null ? request.path : `${request.path}?${query}`];
    return answer === undefined
      ? Promise.reject(meshError('MW1210', { object: request.object, cluster: 'lab' }))
      : Promise.resolve(answer);
  };
  const items: KubeClient['items'] = async (request, begin) => {
    const { items: list, ...envelope } = (await send(request)) as { items?: unknown };
    const take = begin();
    if (Array.isArray(list)) list.forEach(take);
    return { envelope, hasItems: Array.isArray(list) };
  };
  const date = (): Promise<number> => Promise.resolve(1_767_225_600_000);
  return { client: { send, items, date, config: () => Promise.reject(new Error('not here')) }, asked };
}

const web = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web', namespace: 'shop' } };

describe('the Kubernetes port', () => {
  it('reads lists page by page, and gives each item its kind', async () => {
    const path = '/api/v1/namespaces/shop/services';
    const { client, asked } = clientOf({
      [path]: { items: [{ metadata: { name: 'a' } }], metadata: { continue: 'next' } },
      [`${path}?next`]: { items: [{ metadata: { name: 'b' } }], metadata: {} },
    });
    const list = await createKubePort('lab', client).list({
      apiVersion: 'v1',
      kind: 'Service',
      namespace: 'shop',
      labelSelector: 'app=web',
    });
    expect(list).toEqual(['a', 'b'].map((name) => ({ apiVersion: 'v1', kind: 'Service', metadata: { name } })));
    expect(asked.map(({ query }) => query)).toEqual([
      { labelSelector: 'app=web', limit: '500' },
      { labelSelector: 'app=web', limit: '500', continue: 'next' },
    ]);
  });

  it('applies under one manager, strictly, and without force unless told', async () => {
    const { client, asked } = clientOf({ '/apis/apps/v1/namespaces/shop/deployments/web': web });
    const port = createKubePort('lab', client);
    await port.apply(web, { resourceVersion: '7' });
    await port.apply(web, { dryRun: true, force: true });
    expect(asked[0]).toMatchObject({
      verb: 'patch',
      contentType: 'application/apply-patch+yaml',
      query: { fieldManager: 'meshway', fieldValidation: 'Strict', force: 'false' },
      body: { metadata: { resourceVersion: '7' } },
    });
    expect(asked[1]?.query).toMatchObject({ dryRun: 'All', force: 'true' });
  });

  it('deletes exactly what was read', async () => {
    const { client, asked } = clientOf({ '/apis/apps/v1/namespaces/shop/deployments/web': {} });
    await createKubePort('lab', client).remove({
      ...web,
      metadata: { ...web.metadata, uid: 'u', resourceVersion: '7' },
    });
    expect(asked[0]).toMatchObject({
      verb: 'delete',
      body: { preconditions: { uid: 'u', resourceVersion: '7' }, propagationPolicy: 'Background' },
    });
  });

  it('leaves the namespace out where a kind has none, and takes absence for null', async () => {
    const { client, asked } = clientOf({
      '/api/v1/namespaces/shop': { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } },
    });
    const port = createKubePort('lab', client);
    expect(await port.get({ apiVersion: 'v1', kind: 'Namespace', namespace: 'ignored', name: 'shop' })).toMatchObject({
      metadata: { name: 'shop' },
    });
    expect(await port.get({ apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: '../../x' })).toBeNull();
    expect(asked.at(-1)?.path).toBe('/api/v1/namespaces/shop/services/..%2F..%2Fx');
  });

  it('names a kind that is not served', async () => {
    const port = createKubePort('lab', clientOf({}).client);
    await expect(port.get({ apiVersion: 'apps/v1', kind: 'Nothing', namespace: '', name: 'x' })).rejects.toMatchObject({
      code: 'MW1204',
    });
    await expect(
      port.get({ apiVersion: 'none.example.com/v1', kind: 'Nothing', namespace: '', name: 'x' }),
    ).rejects.toMatchObject({ code: 'MW1204', args: { kinds: 'Nothing (none.example.com/v1)' } });
  });

  it('refuses answers that are no objects', async () => {
    const { client } = clientOf({
      '/api/v1/namespaces/shop/services': { items: 'none' },
      '/api/v1/namespaces/shop/services/x': [],
    });
    const port = createKubePort('lab', client);
    await expect(port.list({ apiVersion: 'v1', kind: 'Service', namespace: 'shop' })).rejects.toMatchObject({
      code: 'MW1209',
    });
    await expect(port.get({ apiVersion: 'v1', kind: 'Service', namespace: 'shop', name: 'x' })).rejects.toMatchObject({
      code: 'MW1209',
    });
  });

  it('opens nothing until it is used', async () => {
    const port = openKube(
      { name: 'lab', kubeconfig: 'none/kubeconfig' },
      { baseDirectory: '/nonexistent', workingTree: '/', env: {} },
    );
    await expect(port.identity()).rejects.toMatchObject({ code: 'MW1205' });
  });
});

describe('pieces of the port', () => {
  it('take the exit status of a program from the last message', () => {
    expect(exitCodeOf({ status: 'Success' })).toBe(0);
    expect(
      exitCodeOf({
        status: 'Failure',
        reason: 'NonZeroExitCode',
        details: { causes: [{ reason: 'ExitCode', message: '7' }] },
      }),
    ).toBe(7);
    expect(exitCodeOf({ status: 'Failure', reason: 'InternalError' })).toBeNull();
  });

  it('read resource lists without subresources and without odd names', () => {
    expect(
      parseResources('apps/v1', {
        resources: [
          { name: 'deployments', kind: 'Deployment', namespaced: true },
          { name: 'deployments/scale', kind: 'Scale' },
          { name: '../x', kind: 'X' },
          {},
        ],
      }),
    ).toHaveLength(1);
    expect(parseResources('v1', null)).toEqual([]);
  });
});
