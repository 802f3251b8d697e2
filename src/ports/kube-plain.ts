import { readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { chooseFiles, type KubeConfigChoice, sizeLimit } from './kube-config.ts';

/** What a kubeconfig comes to where it names a server, its authority, and a token or a certificate, and nothing that runs. */
export interface PlainAccess {
  /** `https://host:port`, without a slash at its end. */
  server: string;
  context: string;
  token?: string;
  tls: { ca?: Buffer; cert?: Buffer; key?: Buffer; servername?: string; rejectUnauthorized?: false };
}

const word = z.string().min(1);
/** Of the context's own cluster and user nothing is passed over: a field that is not here is the library's to heed. */
const plainCluster = z.strictObject({
  server: word.startsWith('https://'),
  'certificate-authority': z.string().optional(),
  'certificate-authority-data': z.string().optional(),
  'insecure-skip-tls-verify': z.boolean().optional(),
  'tls-server-name': z.string().optional(),
  extensions: z.unknown().optional(),
});
const plainUser = z.strictObject({
  token: z
    .string()
    .regex(/^[!-~]+$/)
    .optional(),
  'client-certificate': z.string().optional(),
  'client-certificate-data': z.string().optional(),
  'client-key': z.string().optional(),
  'client-key-data': z.string().optional(),
  extensions: z.unknown().optional(),
});
const file = z.object({
  'current-context': z.string().optional(),
  clusters: z.array(z.object({ name: word, cluster: z.looseObject({ server: word }) })),
  users: z.array(z.object({ name: word, user: z.unknown().optional() })),
  contexts: z.array(z.object({ name: word, context: z.looseObject({ cluster: word, user: z.string().nullish() }) })),
});

/**
 * Reads the kubeconfig without client-node, whose thousand generated models take half a second and 60 MB to load. Undefined
 * for any that is not as plain as most are, and for any that is wrong: the library reads it then, and judges.
 */
export function plainAccess(choice: KubeConfigChoice): PlainAccess | undefined {
  try {
    const [path, ...others] = chooseFiles(choice);
    if (path === undefined || others.length > 0 || statSync(path).size > sizeLimit) return undefined;
    return accessIn(
      file.parse(parse(readFileSync(path, 'utf8'), { logLevel: 'error' })),
      choice.context,
      dirname(path),
    );
  } catch {
    return undefined;
  }
}

function accessIn(
  config: z.infer<typeof file>,
  wanted: string | undefined,
  directory: string,
): PlainAccess | undefined {
  const context = wanted ?? config['current-context'] ?? '';
  const chosen = named(config.contexts, context)?.context;
  const cluster = plainCluster.parse(named(config.clusters, chosen?.cluster)?.cluster);
  const user = plainUser.parse(named(config.users, chosen?.user ?? undefined)?.user);
  const bytes = (path: string | undefined, data: string | undefined): Buffer | undefined =>
    (path ?? '') === '' ? bytesOf(data) : readFileSync(resolve(directory, path ?? ''));
  const given = {
    ca: bytes(cluster['certificate-authority'], cluster['certificate-authority-data']),
    cert: bytes(user['client-certificate'], user['client-certificate-data']),
    key: bytes(user['client-key'], user['client-key-data']),
    servername: cluster['tls-server-name'] === '' ? undefined : cluster['tls-server-name'],
    rejectUnauthorized: cluster['insecure-skip-tls-verify'] === true ? false : undefined,
  };
  return {
    server: cluster.server.replace(/\/$/, ''),
    context,
    ...(user.token === undefined ? {} : { token: user.token }),
    tls: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
  };
}

function named<Entry extends { name: string }>(entries: readonly Entry[], name: string | undefined): Entry | undefined {
  return entries.find((entry) => entry.name === name);
}

function bytesOf(data: string | undefined): Buffer | undefined {
  return data === undefined || data === '' ? undefined : Buffer.from(data, 'base64');
}
