import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { KubeListQuery, KubeObject, KubePort } from '../../src/ports/contracts.ts';
import { openKube } from '../../src/ports/kube.ts';
import { list as protobufList, podBytes } from './protobuf-bytes.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const pods = { resources: [{ name: 'pods', kind: 'Pod', namespaced: true }] };
const item = (name: string, namespace = 'shop'): object => ({ metadata: { name, namespace } });

/** An API server that says of its pods what a test lets it say. */
describe.skipIf(!hasOpenssl)('a list over TLS', () => {
  let directory: string;
  let server: Server;
  let port: KubePort;
  const asked: string[] = [];
  let answer: (query: URLSearchParams, response: ServerResponse, request: IncomingMessage) => void;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'meshway-kube-list-'));
    const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(directory, name)) as [string, string];
    const subject = ['-subj', '/CN=127.0.0.1', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    spawnSync('openssl', [...made, ...subject, '-keyout', key, '-out', cert]);
    server = createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? '/', 'https://127.0.0.1');
      if (pathname === '/api/v1') return void response.end(JSON.stringify(pods));
      asked.push(`${pathname}?${searchParams.toString()}`);
      answer(searchParams, response, request);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const kubeconfig = join(directory, 'kubeconfig');
    const authority = readFileSync(cert).toString('base64');
    writeFileSync(
      kubeconfig,
      JSON.stringify({
        clusters: [{ name: 'c', cluster: { server: address, 'certificate-authority-data': authority } }],
        users: [{ name: 'u', user: { token: 't' } }],
        contexts: [{ name: 'x', context: { cluster: 'c', user: 'u' } }],
        'current-context': 'x',
      }),
    );
    const options = { baseDirectory: directory, workingTree: '/nonexistent', env: {}, timeoutMs: 1000 };
    port = openKube({ name: 'lab', kubeconfig }, { ...options, maxListBytes: 100_000 });
  });
  afterEach(() => void asked.splice(0));
  afterAll(() => {
    server.closeAllConnections();
    server.close();
    rmSync(directory, { recursive: true });
  });

  const lists = (more: Partial<KubeListQuery> = {}): Promise<KubeObject[]> =>
    port.list({ apiVersion: 'v1', kind: 'Pod', namespace: 'shop', fromCache: true, ...more });
  const says = (body: unknown): void =>
    void (answer = (_, response) => void response.end(typeof body === 'string' ? body : JSON.stringify(body)));

  it('comes from the cache of the server in one request, and of each item only what is kept stays', async () => {
    says({ kind: 'PodList', apiVersion: 'v1', metadata: { resourceVersion: '9' }, items: [item('a'), item('b')] });
    const keep = ({ apiVersion, kind, metadata: { name } }: KubeObject): KubeObject | undefined =>
      name === 'a' ? undefined : { apiVersion, kind, metadata: { name } };
    expect(await lists({ keep })).toEqual([{ apiVersion: 'v1', kind: 'Pod', metadata: { name: 'b' } }]);
    expect(asked).toEqual(['/api/v1/namespaces/shop/pods?resourceVersion=0']);
  });

  it('comes after a deletion over the same connection: its body has an end', async () => {
    const ports = new Set<number | undefined>();
    const bodies: string[] = [];
    answer = (_, response, request) => {
      ports.add(request.socket.remotePort);
      const read: Buffer[] = [];
      request.on('data', (chunk: Buffer) => read.push(chunk));
      request.on('end', () => {
        bodies.push(`${request.method} ${Buffer.concat(read).toString()}`);
        response.end(JSON.stringify({ kind: 'PodList', apiVersion: 'v1', metadata: {}, items: [item('a')] }));
      });
    };
    await port.remove({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'ä', namespace: 'shop', uid: '1', resourceVersion: '7' },
    });
    expect(await lists()).toHaveLength(1);
    expect(bodies).toEqual([expect.stringMatching(/^DELETE \{.*"resourceVersion":"7".*\}$/), 'GET ']);
    expect(ports.size).toBe(1);
  });

  it('is protobuf where that is asked for and the server can, and JSON where it cannot', async () => {
    const [accepts, wanted]: [(string | undefined)[], object] = [[], { metadata: { name: 'a', namespace: 'shop' } }];
    answer = (_, response, { headers }) => {
      accepts.push(headers.accept);
      response.setHeader('content-type', 'application/vnd.kubernetes.protobuf');
      response.end(protobufList('PodList', [podBytes({ metadata: { name: 'a', namespace: 'shop' } })]));
    };
    expect(await lists({ only: 'pod' })).toMatchObject([wanted]);
    says({ kind: 'PodList', items: [item('a')] });
    expect(await lists({ only: 'pod' })).toMatchObject([wanted]);
    expect(accepts).toEqual(['application/vnd.kubernetes.protobuf,application/json']);
  });

  it('goes on in pages where the server answers so, and ignores what it says of versions', async () => {
    answer = (query, response) => {
      const next = query.get('continue');
      const metadata = next === null ? { continue: 'p2', resourceVersion: { odd: 1 } } : { resourceVersion: '-1' };
      response.end(JSON.stringify({ kind: 'PodList', metadata, items: [item(next ?? 'p1')] }));
    };
    expect((await lists()).map(({ metadata }) => metadata.name)).toEqual(['p1', 'p2']);
    expect(asked[1]).toBe('/api/v1/namespaces/shop/pods?limit=500&continue=p2');
  });

  it('is begun anew once when a page has gone, without what was read before', async () => {
    let isGone = true;
    answer = (query, response) => {
      if (query.get('continue') !== null && isGone) {
        isGone = false;
        response.statusCode = 410;
        return void response.end(JSON.stringify({ kind: 'Status', reason: 'Expired', code: 410 }));
      }
      const next = query.get('continue') === null ? 'more' : '';
      response.end(JSON.stringify({ metadata: { continue: next }, items: [item(next === '' ? 'b' : 'a')] }));
    };
    expect((await lists()).map(({ metadata }) => metadata.name)).toEqual(['a', 'b']);
    expect(asked).toHaveLength(4);
  });

  it('that goes on with the same page for ever is refused', async () => {
    says({ metadata: { continue: 'again' }, items: [] });
    await expect(lists()).rejects.toMatchObject({ code: 'MW1209' });
    expect(asked).toHaveLength(2);
  });

  it.each<[string, unknown]>([
    ['a list of something else', { kind: 'SecretList', items: [] }],
    ['an item of another kind', { items: [{ kind: 'Secret', ...item('a') }] }],
    ['an item of another namespace', { items: [item('a', 'other')] }],
    ['an item without metadata', { items: [{}] }],
    ['an item whose name is no text', { items: [{ metadata: { name: { toString: 1 } } }] }],
    ['no items', { kind: 'PodList' }],
    ['a list that is too large', { items: Array.from({ length: 3000 }, (_, index) => item(`pod-${index}`)) }],
    ['deep nesting', `{"items":[${'{"a":'.repeat(400)}1${'}'.repeat(400)}]}`],
    ['half of an answer', '{"items":[{"metadata":'],
    ['something else than JSON', '<html>'],
  ])('is refused where it is %s', async (_, body) => {
    says(body);
    await expect(lists()).rejects.toMatchObject({ code: 'MW1209' });
  });

  it.each([
    ['more', 10],
    ['less', -10],
  ])('whose length says %s than there is is an error and no list', async (_, difference) => {
    const body = JSON.stringify({ items: [item('a')] });
    answer = (_query, response) => {
      response.socket?.end(`HTTP/1.1 200 OK\r\ncontent-length: ${body.length + difference}\r\n\r\n${body}`);
    };
    await expect(lists()).rejects.toMatchObject({ code: expect.stringMatching(/^MW120[19]$/) as string });
  });

  it('that stops in the middle is waited for so long and no longer', async () => {
    answer = (_, response) => void response.write('{"items":[');
    await expect(lists()).rejects.toMatchObject({ code: 'MW1201', args: { reason: 'no answer in time' } });
  });

  it('whose server refuses is told by what it says', async () => {
    answer = (_, response) => {
      response.statusCode = 403;
      response.end(
        JSON.stringify({ kind: 'Status', message: 'pods is forbidden: User "x" cannot list resource "pods"' }),
      );
    };
    await expect(lists()).rejects.toMatchObject({ code: 'MW1203', args: { verb: 'list', resource: 'pods' } });
  });
});
