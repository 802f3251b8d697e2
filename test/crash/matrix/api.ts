import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { parse } from 'yaml';
import { labPaths } from '../../lab/handle.ts';

type Json = Record<string, unknown>;

/** Made by controllers from other objects, or records of what happened. */
const DERIVED = new Set(['pods', 'replicasets', 'events', 'endpoints', 'endpointslices', 'controllerrevisions']);

interface Access {
  server: string;
  agent: Agent;
}

let opened: Access | undefined;

/** Asks the API server itself, past all that meshway has for that: a witness must not share the mistakes of what it watches. */
async function get(path: string): Promise<Json> {
  opened ??= open();
  const { promise, resolve, reject } = Promise.withResolvers<Json>();
  const sent = request(`${opened.server}${path}`, { agent: opened.agent }, (answer) => {
    let text = '';
    answer.setEncoding('utf8').on('data', (part: string) => (text += part));
    answer.on('end', () =>
      answer.statusCode === 200
        ? resolve(JSON.parse(text) as Json)
        : reject(new Error(`${path}: ${text.slice(0, 300)}`)),
    );
    answer.on('error', reject);
  });
  sent.on('error', reject).end();
  return await promise;
}

function open(): Access {
  const config = parse(readFileSync(labPaths().kubeconfig, 'utf8')) as {
    clusters: { cluster: Record<string, string> }[];
    users: { user: Record<string, string> }[];
  };
  const { cluster = {} } = config.clusters[0] ?? {};
  const { user = {} } = config.users[0] ?? {};
  const read = (from: Record<string, string>, field: string): string | Buffer =>
    from[`${field}-data`] === undefined
      ? readFileSync(from[field] ?? '')
      : Buffer.from(from[`${field}-data`] ?? '', 'base64');
  const agent = new Agent({
    keepAlive: true,
    maxSockets: 8,
    ca: read(cluster, 'certificate-authority'),
    cert: read(user, 'client-certificate'),
    key: read(user, 'client-key'),
  });
  return { server: cluster['server'] ?? '', agent };
}

let kinds: Promise<string[]> | undefined;

/** Every object of a namespace that somebody means to be there, of every kind that the server knows. */
export async function objectsOf(namespace: string): Promise<Json[]> {
  kinds ??= listableKinds();
  const lists = await Promise.all(
    (await kinds).map(async (kind) => {
      const [group = '', name = ''] = kind.split(' ');
      const { items } = (await get(`${group}/namespaces/${namespace}/${name}`)) as { items: Json[] };
      return items.map((item) => ({ ...item, kind: name }));
    }),
  );
  return lists.flat();
}

async function listableKinds(): Promise<string[]> {
  const { groups } = (await get('/apis')) as { groups: { preferredVersion: { groupVersion: string } }[] };
  const paths = ['/api/v1', ...groups.map(({ preferredVersion }) => `/apis/${preferredVersion.groupVersion}`)];
  const found = await Promise.all(
    paths.map(async (path) => {
      const { resources } = (await get(path)) as {
        resources: { name: string; namespaced: boolean; verbs: string[] }[];
      };
      const kept = resources.filter(
        ({ name, namespaced, verbs }) => namespaced && verbs.includes('list') && !DERIVED.has(name),
      );
      return kept.map(({ name }) => `${path} ${name}`);
    }),
  );
  return found.flat();
}
