import { existsSync } from 'node:fs';
import { mkdir, readFile, rename } from 'node:fs/promises';
import { run } from '../exec.ts';
import { writeWhole } from '../files.ts';
import { pki, places, state } from '../paths.ts';
import { net, nodeName } from '../settings.ts';

interface Certificate {
  readonly file: string;
  readonly subject: string;
  readonly names?: string;
}

const apiNames = [
  'DNS:kubernetes',
  'DNS:kubernetes.default',
  'DNS:kubernetes.default.svc',
  'DNS:kubernetes.default.svc.cluster.local',
  `IP:${net.host}`,
  `IP:${net.apiServiceIp}`,
].join(',');

const certificates: readonly Certificate[] = [
  { file: 'apiserver', subject: '/CN=kube-apiserver', names: apiNames },
  { file: 'kubelet-client', subject: '/O=system:masters/CN=kube-apiserver-kubelet-client' },
  { file: 'admin', subject: '/O=system:masters/CN=lab-admin' },
  { file: 'viewer', subject: '/O=meshway-lab/CN=viewer' },
  { file: 'controller-manager', subject: '/CN=system:kube-controller-manager' },
  { file: 'scheduler', subject: '/CN=system:kube-scheduler' },
  { file: 'kube-proxy', subject: '/CN=system:kube-proxy' },
  { file: 'kubelet', subject: `/O=system:nodes/CN=system:node:${nodeName}` },
];

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '365'];

/** Makes the authority, all certificates, the token signing key and the kubeconfigs. */
export async function ensureCertificates(): Promise<void> {
  await mkdir(pki('.'), { recursive: true, mode: 0o700 });
  if (!existsSync(pki('ca.crt'))) await makeAuthority();
  if (!existsSync(pki('service-account.key'))) await makeTokenKey();
  await Promise.all(certificates.filter(({ file }) => !existsSync(pki(`${file}.crt`))).map(sign));
  for (const { file } of certificates) await writeKubeconfig(file, kubeconfigPath(file));
}

/** Kubeconfig of one of the lab's users. */
export function kubeconfigPath(user: string): string {
  if (user === 'admin') return places.adminKubeconfig();
  return user === 'viewer' ? places.viewerKubeconfig() : state('kubeconfigs', user);
}

async function makeAuthority(): Promise<void> {
  await run('openssl', [
    'req',
    '-x509',
    ...newKey,
    '-subj',
    '/CN=meshway-lab',
    '-keyout',
    pki('ca.key'),
    '-out',
    pki('ca.crt.new'),
  ]);
  await rename(pki('ca.crt.new'), pki('ca.crt'));
}

async function makeTokenKey(): Promise<void> {
  await run('openssl', ['genrsa', '-out', pki('service-account.key.new'), '2048']);
  await run('openssl', ['rsa', '-in', pki('service-account.key.new'), '-pubout', '-out', pki('service-account.pub')]);
  await rename(pki('service-account.key.new'), pki('service-account.key'));
}

async function sign({ file, subject, names }: Certificate): Promise<void> {
  const authority = ['-CA', pki('ca.crt'), '-CAkey', pki('ca.key')];
  const extensions = [
    '-addext',
    'basicConstraints=critical,CA:FALSE',
    '-addext',
    'extendedKeyUsage=serverAuth,clientAuth',
  ];
  const alternatives = names === undefined ? [] : ['-addext', `subjectAltName=${names}`];
  const files = ['-keyout', pki(`${file}.key`), '-out', pki(`${file}.crt.new`)];
  await run('openssl', [
    'req',
    '-x509',
    ...authority,
    ...newKey,
    '-subj',
    subject,
    ...extensions,
    ...alternatives,
    ...files,
  ]);
  await rename(pki(`${file}.crt.new`), pki(`${file}.crt`));
}

async function writeKubeconfig(user: string, path: string): Promise<void> {
  const base64 = (file: string) => readFile(pki(file), 'base64');
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'lab',
    clusters: [
      {
        name: 'lab',
        cluster: { server: `https://${net.host}:${net.apiPort}`, 'certificate-authority-data': await base64('ca.crt') },
      },
    ],
    users: [
      {
        name: user,
        user: {
          'client-certificate-data': await base64(`${user}.crt`),
          'client-key-data': await base64(`${user}.key`),
        },
      },
    ],
    contexts: [{ name: 'lab', context: { cluster: 'lab', user } }],
  };
  await writeWhole(path, `${JSON.stringify(config, null, 2)}\n`, 0o600);
}
