import type { Shape } from './protobuf.ts';

/**
 * What is read of lists that can be long, by the numbers of Kubernetes' own `generated.proto` (k8s.io/api, `core/v1`;
 * k8s.io/apimachinery, `pkg/apis/meta/v1`), which no release may change.
 */
const owner: Shape = { 1: ['kind', 'text'], 3: ['name', 'text'], 5: ['apiVersion', 'text'], 6: ['controller', 'flag'] };

const metadata: Shape = {
  1: ['name', 'text'],
  3: ['namespace', 'text'],
  9: ['deletionTimestamp', 'seconds'],
  11: ['labels', 'labels'],
  12: ['annotations', 'labels'],
  13: ['ownerReferences', 'many', owner],
};

const container: Shape = { 1: ['name', 'text'], 24: ['restartPolicy', 'text'] };

const pod: Shape = {
  1: ['metadata', 'one', metadata],
  2: [
    'spec',
    'one',
    { 2: ['containers', 'many', container], 11: ['hostNetwork', 'flag'], 20: ['initContainers', 'many', container] },
  ],
  3: ['status', 'one', { 1: ['phase', 'text'], 6: ['podIP', 'text'] }],
};

/** How a list is asked for, and how its answer is read where the server can write it so. */
export interface ShortForm {
  accept: string;
  shape: Shape;
}

const protobuf = 'application/vnd.kubernetes.protobuf';
const partial = 'as=PartialObjectMetadataList;g=meta.k8s.io;v=v1';

/** Of each object its names, labels, annotations and owners. A server that cannot write protobuf may answer in JSON. */
export const metadataForm: ShortForm = {
  accept: `${protobuf};${partial},application/json;${partial},application/json`,
  shape: { 1: ['metadata', 'one', metadata] },
};

/** Of each pod also its containers' names, its phase and its address. */
export const podForm: ShortForm = { accept: `${protobuf},application/json`, shape: pod };
