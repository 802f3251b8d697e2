import { createPrivateKey, sign } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run } from './exec.ts';
import { kubectl, type VmName, vmShell } from './handle.ts';
import { pki } from './paths.ts';

const CERTS = '/var/lib/meshway/proxy/etc/certs';
const TOKEN = '/var/lib/meshway/proxy/var/run/secrets/tokens/istio-token';
const HOUR_MS = 3_600_000;

/**
 * The token that a machine holds, as it would be two hours on: the same claims, signed by the cluster's own key, and an
 * hour past its end. The API server that would accept the one refuses the other, for its age alone.
 */
export async function expireToken(vm: VmName): Promise<void> {
  const [header = '', payload = ''] = (await vmShell(vm, `cat ${TOKEN}`)).stdout.trim().split('.');
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>;
  const now = Math.floor(Date.now() / 1000);
  const old = { ...claims, iat: now - 7200, nbf: now - 7200, exp: now - 3600 };
  const text = `${header}.${Buffer.from(JSON.stringify(old)).toString('base64url')}`;
  const key = createPrivateKey(await readFile(pki('service-account.key')));
  const token = `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`;
  await put(vm, TOKEN, token);
}

/**
 * A certificate of the machine's own identity that istiod's authority signed for yesterday: it ended an hour ago. Its
 * key goes with it, so that nothing but its age is wrong with it.
 */
export async function expireCertificate(vm: VmName, identity: string): Promise<void> {
  const directory = await mkdtemp(join(tmpdir(), 'expired-'));
  try {
    const { certificate, key, authority } = await signedForYesterday(directory, identity);
    await put(vm, `${CERTS}/key.pem`, key);
    await put(vm, `${CERTS}/cert-chain.pem`, `${certificate}${authority}`);
  } finally {
    await rm(directory, { recursive: true });
  }
}

async function put(vm: VmName, path: string, text: string): Promise<void> {
  await vmShell(vm, `umask 077; cat > ${path} <<'END'\n${text.trimEnd()}\nEND\nchown 1337:1337 ${path}`);
}

async function signedForYesterday(
  directory: string,
  identity: string,
): Promise<{ certificate: string; key: string; authority: string }> {
  const at = (name: string): string => join(directory, name);
  const authority = await authorityOf(at);
  await mkdir(at('new'));
  await Promise.all([
    writeFile(at('index'), ''),
    writeFile(at('serial'), '01\n'),
    writeFile(at('conf'), config(at, identity)),
  ]);
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  await run('openssl', ['req', '-new', ...curve, '-subj', '/', '-keyout', at('key'), '-out', at('csr')]);
  const times = ['-startdate', openSslTime(Date.now() - 25 * HOUR_MS), '-enddate', openSslTime(Date.now() - HOUR_MS)];
  const signer = [
    '-cert',
    at('ca-cert.pem'),
    '-keyfile',
    at('ca-key.pem'),
    '-in',
    at('csr'),
    '-out',
    at('certificate'),
  ];
  await run('openssl', ['ca', '-batch', '-notext', '-config', at('conf'), '-extensions', 'leaf', ...times, ...signer]);
  const [certificate, key] = await Promise.all(['certificate', 'key'].map((name) => readFile(at(name), 'utf8')));
  return { certificate: certificate ?? '', key: key ?? '', authority };
}

/** Istio's own authority, from the Secret that it keeps itself in. Returns its certificate. */
async function authorityOf(at: (name: string) => string): Promise<string> {
  const { stdout } = await kubectl(['-n', 'istio-system', 'get', 'secret', 'istio-ca-secret', '-o', 'json']);
  const { data } = JSON.parse(stdout) as { data: Record<string, string> };
  for (const name of ['ca-cert.pem', 'ca-key.pem'])
    await writeFile(at(name), Buffer.from(data[name] ?? '', 'base64'), { mode: 0o600 });
  return await readFile(at('ca-cert.pem'), 'utf8');
}

/** `YYYYMMDDHHMMSSZ`, in UTC. */
const openSslTime = (ms: number): string => `${new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+Z$/g, '')}Z`;

function config(at: (name: string) => string, identity: string): string {
  return `[ca]
default_ca = signer
[signer]
database = ${at('index')}
new_certs_dir = ${at('new')}
serial = ${at('serial')}
default_md = sha256
policy = any
unique_subject = no
copy_extensions = none
email_in_dn = no
[any]
organizationName = optional
commonName = optional
[leaf]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,keyEncipherment
extendedKeyUsage = serverAuth,clientAuth
subjectAltName = critical,URI:${identity}
`;
}
