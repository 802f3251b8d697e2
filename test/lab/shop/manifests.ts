import type { Parts } from '../parts/all.ts';
import { shopImageName } from '../parts/images.ts';
import { places } from '../paths.ts';

/** Namespace of the shop. */
export const shopNamespace = 'shop';

const catalogUrl = 'http://catalog.shop.internal:8080/item';
const pricingUrl = 'http://pricing.shop.internal:8081/price';

// Per replica. With what the catalog on vm-a adds, the shop makes 210 requests a second of its own.
const webLoad = [
  '-load-url',
  catalogUrl,
  '-load-expect',
  'catalog',
  '-load-new-rps',
  '30',
  '-load-keep-conns',
  '10',
  '-load-keep-rps',
  '50',
];

/** Namespaces and what is in them before the shop itself. */
export const baseObjects: readonly object[] = [
  ...['shop', 'outside'].map((name) => ({ apiVersion: 'v1', kind: 'Namespace', metadata: { name } })),
  ...['web', 'catalog'].map((name) => ({
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace: shopNamespace },
  })),
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'Role',
    metadata: { name: 'viewer', namespace: shopNamespace },
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] }],
  },
  {
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: 'viewer', namespace: shopNamespace },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'viewer' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'viewer' }],
  },
];

/** The shop's Deployments, untouched. */
export function shopDeployments(parts: Parts): object[] {
  const image = shopImageName(parts);
  return [
    deployment('web', image, ['-name', 'web', '-listen', ':8080', ...webLoad, '-counts', '/counts']),
    deployment('catalog', image, [
      '-name',
      'catalog',
      '-listen',
      ':8080',
      '-call',
      pricingUrl,
      '-call-expect',
      'pricing',
      '-counts',
      '/counts',
    ]),
  ];
}

/** How a Deployment differs from the others. */
interface Variant {
  readonly replicas: number;
  readonly terminationGracePeriodSeconds: number;
  /** The port of a program that serves no HTTP. */
  readonly tcpPort?: number;
}

const usual: Variant = { replicas: 2, terminationGracePeriodSeconds: 60 };

/** A Deployment of the shop's program. */
export function deployment(name: string, image: string, args: readonly string[], variant: Variant = usual): object {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace: shopNamespace, labels },
    spec: {
      replicas: variant.replicas,
      selector: { matchLabels: labels },
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      template: { metadata: { labels }, spec: podSpec(name, image, args, variant) },
    },
  };
}

function served({ tcpPort }: Variant): object {
  if (tcpPort !== undefined)
    return {
      ports: [{ name: 'tcp', containerPort: tcpPort }],
      readinessProbe: { tcpSocket: { port: tcpPort }, periodSeconds: 1 },
    };
  return {
    ports: [{ name: 'http', containerPort: 8080 }],
    readinessProbe: { httpGet: { path: '/healthz', port: 8080 }, periodSeconds: 1 },
  };
}

function podSpec(name: string, image: string, args: readonly string[], variant: Variant): object {
  return {
    serviceAccountName: name,
    terminationGracePeriodSeconds: variant.terminationGracePeriodSeconds,
    containers: [
      {
        name,
        image,
        imagePullPolicy: 'IfNotPresent',
        args,
        ...served(variant),
        resources: { requests: { cpu: '10m', memory: '16Mi' } },
        volumeMounts: [{ name: 'counts', mountPath: '/counts' }],
      },
    ],
    volumes: [{ name: 'counts', hostPath: { path: places.counts(), type: 'Directory' } }],
  };
}
