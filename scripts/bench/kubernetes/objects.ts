/** How much there is in the cluster of the benchmark. */
export const amounts = { namespaces: 20, nodes: 100, deployments: 2000, podsEach: 5, configMaps: 12_000 } as const;

type Metadata = Record<string, unknown>;

const pad = (number: number): string => String(number).padStart(4, '0');

/** The namespaces that an estate would name. */
export const namespaces: readonly string[] = Array.from(
  { length: amounts.namespaces },
  (_, index) => `team-${pad(index)}`,
);

/** Where the n-th thing is. */
export function namespaceOf(index: number): string {
  return namespaces[index % namespaces.length] ?? 'team-0000';
}

/** A node that kwok plays. */
export function node(index: number): object {
  const name = `node-${pad(index)}`;
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: { name, annotations: { 'kwok.x-k8s.io/node': 'fake' }, labels: { 'kubernetes.io/hostname': name } },
    status: {
      allocatable: { cpu: '64', memory: '256Gi', pods: '250' },
      capacity: { cpu: '64', memory: '256Gi', pods: '250' },
    },
  };
}

const labelsOf = (app: string): Record<string, string> => ({
  app,
  'app.kubernetes.io/name': app,
  'app.kubernetes.io/part-of': 'shop',
  'app.kubernetes.io/version': '4.2.1',
});

/** A pod as a real workload has it: probes, environment, volumes, resources. */
function podTemplate(app: string): { metadata: Metadata; spec: Record<string, unknown> } {
  const probe = { httpGet: { path: '/ready', port: 'http' }, periodSeconds: 5 };
  return {
    metadata: {
      labels: labelsOf(app),
      annotations: {
        'prometheus.io/scrape': 'true',
        'checksum/config': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934c',
      },
    },
    spec: {
      serviceAccountName: 'default',
      terminationGracePeriodSeconds: 45,
      containers: [
        {
          name: 'app',
          image: `registry.example/shop/${app}:4.2.1`,
          ports: [
            { name: 'http', containerPort: 8080 },
            { name: 'metrics', containerPort: 9090 },
          ],
          env: [
            { name: 'LOG_LEVEL', value: 'info' },
            { name: 'CATALOG_URL', value: 'http://app-0001:80/v1' },
            { name: 'DB_HOST', value: 'db.shop.internal:5432' },
            { name: 'DB_PASSWORD', valueFrom: { secretKeyRef: { name: 'db', key: 'password' } } },
          ],
          readinessProbe: probe,
          livenessProbe: probe,
          resources: { requests: { cpu: '100m', memory: '128Mi' }, limits: { memory: '256Mi' } },
          volumeMounts: [{ name: 'config', mountPath: '/etc/app' }],
        },
      ],
      volumes: [{ name: 'config', configMap: { name: `${app}-0` } }],
    },
  };
}

/** A Deployment; its pods are made beside it, so that no controller is needed. */
export function deployment(index: number): { app: string; namespace: string; object: object } {
  const app = `app-${pad(index)}`;
  const namespace = namespaceOf(index);
  const spec = { replicas: amounts.podsEach, selector: { matchLabels: { app } }, template: podTemplate(app) };
  const metadata = { name: app, namespace, labels: labelsOf(app) };
  return { app, namespace, object: { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec } };
}

/** The ReplicaSet of a Deployment. */
export function replicaSet(app: string, namespace: string, owner: string): object {
  const template = podTemplate(app);
  return {
    apiVersion: 'apps/v1',
    kind: 'ReplicaSet',
    metadata: {
      name: `${app}-7d9c6b5f4`,
      namespace,
      labels: labelsOf(app),
      ownerReferences: [{ apiVersion: 'apps/v1', kind: 'Deployment', name: app, uid: owner, controller: true }],
    },
    spec: { replicas: amounts.podsEach, selector: { matchLabels: { app } }, template },
  };
}

/** One pod of a ReplicaSet, on a node already. */
export function pod(app: string, namespace: string, owner: string, index: number, node: number): object {
  const template = podTemplate(app);
  const metadata = {
    ...template.metadata,
    name: `${app}-7d9c6b5f4-${pad(index)}x`,
    namespace,
    ownerReferences: [
      { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: `${app}-7d9c6b5f4`, uid: owner, controller: true },
    ],
  };
  return { apiVersion: 'v1', kind: 'Pod', metadata, spec: { ...template.spec, nodeName: `node-${pad(node)}` } };
}

/** The Service of a Deployment. */
export function service(app: string, namespace: string): object {
  const ports = [
    { name: 'http', port: 80, targetPort: 'http' },
    { name: 'metrics', port: 9090, targetPort: 'metrics' },
  ];
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: app, namespace, labels: labelsOf(app) },
    spec: { selector: { app }, ports },
  };
}

/** The EndpointSlice of a Service, with an address for each pod. */
export function endpointSlice(app: string, namespace: string, index: number): object {
  const endpoints = Array.from({ length: amounts.podsEach }, (_, pod) => ({
    addresses: [`10.${64 + (index >> 8)}.${index & 255}.${pod + 1}`],
    conditions: { ready: true, serving: true, terminating: false },
    targetRef: { kind: 'Pod', name: `${app}-7d9c6b5f4-${pad(pod)}x`, namespace },
  }));
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${app}-abcde`, namespace, labels: { 'kubernetes.io/service-name': app } },
    addressType: 'IPv4',
    ports: [
      { name: 'http', port: 8080, protocol: 'TCP' },
      { name: 'metrics', port: 9090, protocol: 'TCP' },
    ],
    endpoints,
  };
}

/** A ConfigMap that nobody needs to read. */
export function configMap(index: number): { namespace: string; object: object } {
  const app = `app-${pad(index % amounts.deployments)}`;
  const namespace = namespaceOf(index % amounts.deployments);
  const data = {
    'application.yaml': `server:\n  port: 8080\n${'  setting: some value of a service that nobody asks for\n'.repeat(36)}`,
  };
  const name = `${app}-${Math.floor(index / amounts.deployments)}`;
  return { namespace, object: { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace }, data } };
}
