import { z } from 'zod';

/**
 * The parts of Kubernetes objects that discovery reads, as a cluster would take them. Other fields pass: they are
 * the concern of whoever reads them.
 */
const name = z.string().regex(/^[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?$/, 'no name of a Kubernetes object');
const word = z.string().max(253);
const labels = z.record(z.string().max(320), z.string().max(256));
const port = z.int().min(1).max(65_535);

const metadata = z.looseObject({
  name,
  namespace: name.optional(),
  labels: labels.optional(),
  annotations: z.record(z.string(), z.string()).optional(),
  managedFields: z.array(z.looseObject({ manager: z.string().optional() })).optional(),
});

const container = z.looseObject({
  name: word.optional(),
  command: z.array(z.string()).optional(),
  args: z.array(z.string()).optional(),
  ports: z.array(z.looseObject({ name: word.optional(), containerPort: port, protocol: word.optional() })).optional(),
  env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).optional(),
  envFrom: z.array(z.looseObject({ prefix: z.string().optional() })).optional(),
});

const podTemplate = z.looseObject({
  metadata: z
    .looseObject({ labels: labels.optional(), annotations: z.record(z.string(), z.string()).optional() })
    .optional(),
  spec: z.looseObject({
    containers: z.array(container).min(1),
    initContainers: z.array(container).optional(),
    serviceAccountName: word.optional(),
    terminationGracePeriodSeconds: z.int().min(0).optional(),
    hostNetwork: z.boolean().optional(),
    volumes: z
      .array(z.looseObject({ persistentVolumeClaim: z.looseObject({ claimName: word.optional() }).optional() }))
      .optional(),
  }),
});

const rollingUpdate = z.looseObject({
  maxSurge: z.union([z.int(), word]).optional(),
  maxUnavailable: z.union([z.int(), word]).optional(),
});
const strategy = z.looseObject({ type: word.optional(), rollingUpdate: rollingUpdate.optional() });

const labelSelector = z.looseObject({
  matchLabels: labels.optional(),
  matchExpressions: z
    .array(z.looseObject({ key: z.string(), operator: z.string(), values: z.array(z.string()).optional() }))
    .optional(),
});

const workload = z.looseObject({
  metadata,
  spec: z.looseObject({
    replicas: z.int().min(0).optional(),
    selector: labelSelector.optional(),
    strategy: strategy.optional(),
    updateStrategy: strategy.optional(),
    template: podTemplate,
    volumeClaimTemplates: z
      .array(z.looseObject({ metadata: z.looseObject({ name: word.optional() }).optional() }))
      .optional(),
  }),
});

const service = z.looseObject({
  metadata,
  spec: z
    .looseObject({
      clusterIP: word.optional(),
      selector: labels.optional(),
      ports: z
        .array(
          z.looseObject({
            port,
            name: word.optional(),
            appProtocol: word.optional(),
            protocol: word.optional(),
            targetPort: z.union([port, word]).optional(),
          }),
        )
        .optional(),
    })
    .optional(),
});

const peer = z.looseObject({ podSelector: labelSelector.optional(), namespaceSelector: labelSelector.optional() });
const policyPort = z.looseObject({
  port: z.union([port, word]).optional(),
  endPort: port.optional(),
  protocol: word.optional(),
});

/** A NetworkPolicy, as far as it says who may call whom. */
export const networkPolicy = z.looseObject({
  metadata,
  spec: z.looseObject({
    podSelector: labelSelector.default({}),
    ingress: z
      .array(z.looseObject({ from: z.array(peer).optional(), ports: z.array(policyPort).max(1000).optional() }))
      .optional(),
    egress: z
      .array(z.looseObject({ to: z.array(peer).optional(), ports: z.array(policyPort).max(1000).optional() }))
      .optional(),
  }),
});

/** The shape of each kind that is read, by kind and the group of its API. */
export const shapes: Readonly<Record<string, z.ZodType>> = {
  'apps Deployment': workload,
  'apps StatefulSet': workload,
  'apps DaemonSet': workload,
  ' Service': service,
  ' ConfigMap': z.looseObject({ metadata, data: z.record(z.string(), z.string()).optional() }),
  'networking.k8s.io NetworkPolicy': networkPolicy,
};

export type LabelSelector = z.infer<typeof labelSelector>;
export type NetworkPolicy = z.infer<typeof networkPolicy>;
export type PolicyPeer = z.infer<typeof peer>;
export type PolicyPort = z.infer<typeof policyPort>;
