import { Agent, request } from 'node:https';

/** Where to send requests, and as whom. */
export interface Api {
  server: string;
  token: string;
}

// Of loopback, and of a server that was started here: its certificate is its own.
const agent = new Agent({ keepAlive: true, maxSockets: 64, rejectUnauthorized: false });

/** Sends one request to the API server, without a library that could be what is measured. */
export async function ask(
  { server, token }: Api,
  method: string,
  path: string,
  body?: unknown,
  contentType = 'application/json',
): Promise<{ status: number; text: string }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ status: number; text: string }>();
  const headers = { authorization: `Bearer ${token}`, 'content-type': contentType };
  const sent = request(`${server}${path}`, { method, agent, headers }, (response) => {
    let text = '';
    response.setEncoding('utf8');
    response.on('data', (chunk: string) => (text += chunk));
    response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    response.on('error', reject);
  });
  sent.on('error', reject);
  sent.end(body === undefined ? undefined : JSON.stringify(body));
  return await promise;
}

/** Creates an object, and returns it as the server has it. */
export async function create(
  api: Api,
  path: string,
  object: object,
): Promise<{ metadata: { uid: string; name: string } }> {
  const { status, text } = await ask(api, 'POST', path, object);
  if (status === 409) return { metadata: { uid: '', name: '' } };
  if (status !== 201) throw new Error(`POST ${path}: ${status} ${text.slice(0, 300)}`);
  return JSON.parse(text) as { metadata: { uid: string; name: string } };
}

/** Does work for each item, a bounded number at a time. */
export async function forEach<Item>(items: readonly Item[], work: (item: Item) => Promise<unknown>): Promise<void> {
  const queue = items.values();
  const takeNext = async (): Promise<void> => {
    for (const item of queue) await work(item);
  };
  await Promise.all(Array.from({ length: 32 }, takeNext));
}
