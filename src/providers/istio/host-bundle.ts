import { stringify } from 'yaml';
import type { HostFacts, MeshFacts } from '../../inventory/schema.ts';
import type { HostFile } from '../../plans/operation.ts';
import { artifactPath, CAPTURE_UNIT, HOST_HOME, KEEPER_UNIT, PROXY_UNIT } from '../../plans/host-paths.ts';
import type { HostMember } from '../provider.ts';
import { controlScript } from './host-control.ts';
import { startScript } from './host-start.ts';
import { captureUnit, keeperUnit, proxyUnit } from './host-units.ts';
import { entryLabels, memberName } from './names.ts';

const DIRECTORY = `${HOST_HOME}/proxy`;
const CAPTURE_DIRECTORY = `${HOST_HOME}/capture`;
const ENV_FILE = `${DIRECTORY}/proxy.env`;
const UNIT_DIRECTORY = '/etc/systemd/system';
/** In the order in which they are stopped. */
const UNITS = [KEEPER_UNIT, CAPTURE_UNIT, PROXY_UNIT];
const TOKEN_AUDIENCE = 'istio-ca';
const TOKEN_SECONDS = 3600;

/** All that a VM's proxy needs on its host, as data: what is written where, and what is removed again. */
export interface HostBundle {
  files: HostFile[];
  proxyUnit: string;
  units: string[];
  paths: string[];
}

/** Renders the files of one member. Pure: credentials are references that apply resolves. */
export function hostBundle(member: HostMember, facts: HostFacts, mesh: MeshFacts): HostBundle {
  const { address } = member;
  const uid = member.capture.proxyUid;
  const root = (path: string, mode: string, text: string): HostFile => ({ path, mode, owner: 0, content: { text } });
  const agent = artifactPath('pilotAgent', member.artifacts.pilotAgent.sha256);
  const domain = `${member.namespace}.svc.cluster.local`;
  return {
    files: [
      ...directories(uid),
      root(`${DIRECTORY}/etc/istio/config/mesh`, '0644', meshConfig(member, mesh)),
      root(ENV_FILE, '0600', environment(member, facts, mesh)),
      root(`${DIRECTORY}/control`, '0755', controlScript(agent, member.capture)),
      rootCertificate(member, uid),
      token(member, uid),
      root(
        `${DIRECTORY}/start`,
        '0755',
        startScript({ address, discovery: mesh.discovery.address, uid, agent, domain }),
      ),
      root(`${UNIT_DIRECTORY}/${PROXY_UNIT}`, '0644', proxyUnit({ directory: DIRECTORY, envFile: ENV_FILE })),
      root(`${UNIT_DIRECTORY}/${CAPTURE_UNIT}`, '0644', captureUnit(CAPTURE_DIRECTORY, member.units)),
      root(`${UNIT_DIRECTORY}/${KEEPER_UNIT}`, '0644', keeperUnit(CAPTURE_DIRECTORY)),
    ],
    proxyUnit: PROXY_UNIT,
    units: UNITS,
    paths: [DIRECTORY, ...UNITS.toReversed().map((unit) => `${UNIT_DIRECTORY}/${unit}`)],
  };
}

/** Only what the agent itself writes belongs to its user; root's files never lie in a directory it could swap. */
function directories(uid: number): HostFile[] {
  const own = ['etc/istio/proxy', 'etc/certs', 'var/run/secrets/workload-spiffe-uds'];
  return own.map((path) => ({ path: `${DIRECTORY}/${path}`, mode: '0700', owner: uid, content: { directory: true } }));
}

function rootCertificate({ cluster, namespace }: HostMember, uid: number): HostFile {
  const configMap = { cluster, namespace, name: 'istio-ca-root-cert', key: 'root-cert.pem' };
  return { path: `${DIRECTORY}/etc/certs/root-cert.pem`, mode: '0600', owner: uid, content: { configMap } };
}

function token(member: HostMember, uid: number): HostFile {
  const { cluster, namespace } = member;
  const request = {
    cluster,
    namespace,
    serviceAccount: memberName(member),
    audience: TOKEN_AUDIENCE,
    expirationSeconds: TOKEN_SECONDS,
  };
  return {
    path: `${DIRECTORY}/var/run/secrets/tokens/istio-token`,
    mode: '0600',
    owner: uid,
    content: { token: request },
  };
}

/** The mesh-wide ProxyConfig, with what differs on a host of its own. */
function meshConfig({ artifacts }: HostMember, { defaultConfig, discovery }: MeshFacts): string {
  const config = {
    ...defaultConfig,
    binaryPath: artifactPath('envoy', artifacts.envoy.sha256),
    configPath: './etc/istio/proxy',
    proxyBootstrapTemplatePath: artifactPath('bootstrap', artifacts.bootstrap.sha256),
    // An address, so that no line in /etc/hosts is needed; ISTIOD_SAN says which name its certificate must carry.
    discoveryAddress: `${discovery.address}:${discovery.port}`,
    proxyAdminPort: 15000,
    statusPort: 15020,
  };
  return stringify({ defaultConfig: config }, { sortMapEntries: true, lineWidth: 0 });
}

/** pilot-agent's environment. CA_ADDR stays unset on purpose: only then does the agent hold the CA to ISTIOD_SAN as well. */
function environment(member: HostMember, facts: HostFacts, mesh: MeshFacts): string {
  const group = memberName(member);
  const labels = {
    ...entryLabels(member),
    'service.istio.io/canonical-name': member.group,
    'service.istio.io/canonical-revision': 'latest',
  };
  const ports = member.ports.map(({ port, protocol }) => ({ name: `${protocol}-${port}`, containerPort: port }));
  const variables: Record<string, string> = {
    ...meshWideVariables(mesh),
    CANONICAL_REVISION: 'latest',
    CANONICAL_SERVICE: member.group,
    CLOUD_PLATFORM: 'none',
    ISTIOD_SAN: discoveryName(mesh),
    ISTIO_METAJSON_LABELS: JSON.stringify(labels),
    ISTIO_META_AUTO_REGISTER_GROUP: group,
    ISTIO_META_CLUSTER_ID: mesh.clusterId,
    // Names resolve on the host as they did before.
    ISTIO_META_DNS_CAPTURE: 'false',
    ISTIO_META_MESH_ID: mesh.meshId,
    ISTIO_META_NETWORK: mesh.network,
    ISTIO_META_POD_PORTS: JSON.stringify(ports),
    ISTIO_META_WORKLOAD_NAME: group,
    OUTPUT_CERTS: './etc/certs',
    POD_NAME: facts.name,
    POD_NAMESPACE: member.namespace,
    // With its own certificate on disk the agent renews it by itself, also after the token has expired.
    PROV_CERT: './etc/certs',
    SERVICE_ACCOUNT: group,
    TRUST_DOMAIN: mesh.trustDomain,
  };
  return Object.entries(variables)
    .filter(([, value]) => value !== '')
    .map(([name, value]) => `${name}=${environmentValue(value)}\n`)
    .sort()
    .join('');
}

/** The name in istiod's certificate: `<service>.<namespace>.svc`. */
function discoveryName({ discovery, rootNamespace }: MeshFacts): string {
  return discovery.service.includes('.') ? discovery.service : `${discovery.service}.${rootNamespace}.svc`;
}

/** `proxyMetadata` of the mesh: the injector gives it to pods as environment, so a host gets it as well. */
function meshWideVariables({ defaultConfig }: MeshFacts): Record<string, string> {
  const metadata = defaultConfig['proxyMetadata'];
  if (typeof metadata !== 'object' || metadata === null) return {};
  return Object.fromEntries(
    Object.entries(metadata).filter(
      (entry): entry is [string, string] => /^[A-Z][A-Z0-9_]*$/.test(entry[0]) && typeof entry[1] === 'string',
    ),
  );
}

/** A value as systemd reads it from an EnvironmentFile: within double quotes, a backslash escapes. */
function environmentValue(value: string): string {
  if (/^[A-Za-z0-9._:/@-]+$/.test(value)) return value;
  return `"${value.replaceAll(/[\\"$`]/g, String.raw`\$&`).replaceAll(/[\r\n]/g, ' ')}"`;
}
