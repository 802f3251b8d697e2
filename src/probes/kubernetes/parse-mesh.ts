import { parse } from 'yaml';
import type { MeshFacts } from '../../inventory/schema.ts';
import type { KubeObject } from '../../ports/contracts.ts';
import { configMapsOf, revisionOf } from './control-plane.ts';
import { amountsOf } from './parse-headroom.ts';
import type { RawControlPlane } from './read.ts';

type Fields = Record<string, unknown>;

const xdsPort = 15_012;
/** A mesh configuration larger than this is nobody's. */
const maxConfigLength = 1024 * 1024;

/** Explains an Istio control plane by its Service, its ConfigMaps and its Deployment; what they do not say is Istio's default. */
export function parseMesh(raw: RawControlPlane | null, namespaces: readonly KubeObject[]): MeshFacts | null {
  if (raw === null) return null;
  const { service, deployments, configMaps } = raw;
  const revision = revisionOf(service);
  const [meshConfig = '', injector = ''] = configMapsOf(service);
  const mesh = parseConfig(dataOf(configMaps, meshConfig, 'mesh'));
  const defaultConfig = fieldsOf(mesh['defaultConfig']);
  const values = parseConfig(dataOf(configMaps, injector, 'values'));
  const global = fieldsOf(values['global']);
  const environment = environmentOf(deployments[0]);
  const trustDomain = textOf(mesh['trustDomain']) || 'cluster.local';
  return {
    provider: 'istio',
    version: versionOf(deployments[0], global),
    revision,
    rootNamespace: service.metadata.namespace ?? 'istio-system',
    trustDomain,
    meshId: textOf(global['meshID']) || textOf(defaultConfig['meshId']) || trustDomain,
    clusterId:
      textOf(fieldsOf(global['multiCluster'])['clusterName']) || (environment['CLUSTER_ID'] ?? '') || 'Kubernetes',
    network: textOf(global['network']),
    discovery: { service: service.metadata.name, ...addressOf(service) },
    defaultConfig,
    registryOnly: fieldsOf(mesh['outboundTrafficPolicy'])['mode'] === 'REGISTRY_ONLY',
    injectedNamespaces: namespaces
      .filter(isInjected)
      .map(({ metadata }) => metadata.name)
      .sort(),
    ...nativeSidecars(environment),
    ...(dataOf(configMaps, injector, 'values') === '' ? {} : saidByInjector(values, defaultConfig)),
  };
}

/** What istiod's environment says of native sidecars; nothing where it leaves that to the version's default. */
function nativeSidecars(environment: Readonly<Record<string, string>>): Pick<MeshFacts, 'nativeSidecars'> {
  const said = environment['ENABLE_NATIVE_SIDECARS'];
  if (said === 'auto') return { nativeSidecars: 'auto' };
  return said === undefined ? {} : { nativeSidecars: /^(1|t|true)$/i.test(said) ? 'on' : 'off' };
}

/** The authority may also be named to each proxy; the values of the injector know the rest. */
function saidByInjector(
  values: Fields,
  defaultConfig: Fields,
): Pick<MeshFacts, 'caAddress' | 'cni' | 'proxyResources'> {
  const perProxy = textOf(fieldsOf(defaultConfig['proxyMetadata'])['CA_ADDR']);
  const resources = fieldsOf(fieldsOf(fieldsOf(values['global'])['proxy'])['resources']);
  const cni = [values['istio_cni'], fieldsOf(values['pilot'])['cni']].map((part) => fieldsOf(part)['enabled']);
  return {
    caAddress: (perProxy || textOf(fieldsOf(values['global'])['caAddress'])).slice(0, 512),
    cni: cni.includes(true),
    proxyResources: { requests: amountsOf(resources['requests']), limits: amountsOf(resources['limits']) },
  };
}

/** A namespace whose pods get a sidecar without asking. */
function isInjected({ metadata: { labels = {} } }: KubeObject): boolean {
  const asked = labels['istio-injection'];
  return asked === undefined ? (labels['istio.io/rev'] ?? '') !== '' : asked === 'enabled';
}

function addressOf(service: KubeObject): { address: string; port: number } {
  const { clusterIP = '', ports = [] } = (service['spec'] ?? {}) as {
    clusterIP?: string;
    ports?: { name?: string; port?: number }[];
  };
  const secure = ports.find(({ port }) => port === xdsPort) ?? ports.find(({ name }) => name === 'https-dns');
  return { address: clusterIP, port: secure?.port ?? xdsPort };
}

/** The tag of the control plane's image, else the one it gives to proxies. */
function versionOf(deployment: KubeObject | undefined, global: Fields): string {
  const image = textOf(containerOf(deployment)?.['image']);
  const tag = /:([A-Za-z0-9_][A-Za-z0-9_.-]{0,127})(@|$)/.exec(image)?.[1];
  return tag ?? (textOf(global['tag']) || 'unknown');
}

function environmentOf(deployment: KubeObject | undefined): Record<string, string> {
  const env = containerOf(deployment)?.['env'];
  if (!Array.isArray(env)) return {};
  return Object.fromEntries(
    env.flatMap(({ name, value }: Fields) =>
      typeof name === 'string' && typeof value === 'string' ? [[name, value]] : [],
    ),
  );
}

function containerOf(deployment: KubeObject | undefined): Fields | undefined {
  const podSpec = fieldsOf(fieldsOf(fieldsOf(deployment?.['spec'])['template'])['spec']);
  const containers = Array.isArray(podSpec['containers']) ? (podSpec['containers'] as Fields[]) : [];
  return containers.find(({ name }) => name === 'discovery') ?? containers[0];
}

function dataOf(configMaps: readonly KubeObject[], name: string, key: string): string {
  return textOf(fieldsOf(configMaps.find(({ metadata }) => metadata.name === name)?.['data'])[key]);
}

/** YAML or JSON of a ConfigMap: core schema, no aliases; nothing where it cannot be read. */
function parseConfig(text: string): Fields {
  if (text.length > maxConfigLength) return {};
  try {
    return fieldsOf(parse(text, { schema: 'core', maxAliasCount: 0, merge: false, logLevel: 'silent' }));
  } catch {
    return {};
  }
}

function fieldsOf(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value.slice(0, 512 * 1024) : '';
}
