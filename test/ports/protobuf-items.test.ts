import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ItemLimits, NotAList } from '../../src/ports/json-items.ts';
import { podForm } from '../../src/ports/kube-shapes.ts';
import { varintAt } from '../../src/ports/protobuf.ts';
import { ProtobufItems } from '../../src/ports/protobuf-items.ts';
import { field, list, podBytes, varint } from './protobuf-bytes.ts';

function split(
  bytes: Buffer,
  size = 5,
  limits?: ItemLimits,
): { items: unknown[]; envelope: unknown; hasItems: boolean } {
  const items: unknown[] = [];
  const reader = new ProtobufItems((item) => items.push(item), podForm.shape, limits);
  for (let at = 0; at < bytes.length; at += size) reader.write(bytes.subarray(at, at + size));
  return { items, ...reader.end() };
}

const web = {
  metadata: {
    name: 'web-1',
    namespace: 'shop',
    labels: { app: 'web' },
    annotations: { 'linkerd.io/proxy-version': 'edge-26.8.1' },
    ownerReferences: [{ kind: 'ReplicaSet', name: 'web', apiVersion: 'apps/v1', controller: true }],
  },
  spec: { containers: [{ name: 'web' }], initContainers: [{ name: 'wait', restartPolicy: 'Always' }] },
  status: { phase: 'Running', podIP: '192.0.2.7' },
};

describe('pods in protobuf', () => {
  it('are the same wherever the pieces are cut, and what is not asked for is stepped over', () => {
    const bytes = list('PodList', [podBytes(web), podBytes(web)], 'next');
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), (size) => {
        expect(split(bytes, size)).toEqual({
          items: [web, web],
          envelope: { apiVersion: 'v1', kind: 'PodList', metadata: { resourceVersion: '7', continue: 'next' } },
          hasItems: true,
        });
      }),
    );
  });

  it('may be none', () => {
    expect(split(list('PodList', []))).toMatchObject({ items: [], hasItems: true });
  });

  it('carry no prototype of the server’s', () => {
    const labels = JSON.parse('{"__proto__":"x"}') as Record<string, string>;
    const [pod] = split(list('PodList', [podBytes({ metadata: { name: 'a', labels } })])).items as (typeof web)[];
    expect(Object.entries(pod?.metadata.labels ?? {})).toEqual([['__proto__', 'x']]);
  });

  const good = list('PodList', [podBytes(web)]);
  it.each([
    ['nothing', Buffer.alloc(0)],
    ['other magic', Buffer.concat([Buffer.from('k8t\0'), good.subarray(4)])],
    ['an end in the middle', good.subarray(0, good.length - 40)],
    ['a list twice', Buffer.concat([good, good.subarray(4)])],
    [
      'an item longer than the list',
      Buffer.concat([
        Buffer.from('k8s\0'),
        field(2, Buffer.concat([varint(18), varint(90), Buffer.alloc(20)])),
        Buffer.alloc(200),
      ]),
    ],
    ['a part longer than its item', list('PodList', [Buffer.concat([varint(10), varint(90), Buffer.alloc(3)])])],
    ['a group', list('PodList', [Buffer.from([0x0b, 0x0c])])],
    ['a number without end', list('PodList', [Buffer.alloc(30, 0xff)])],
    ['a header without end', Buffer.concat([Buffer.from('k8s\0'), Buffer.alloc(60, 0xff)])],
    ['a number for a list', Buffer.concat([Buffer.from('k8s\0'), Buffer.from([0x10, 0x01])])],
    ['a large item', list('PodList', [Buffer.alloc(400)])],
  ])('are refused: %s', (_, bytes) => {
    expect(() => split(bytes, 16, { itemBytes: 300, envelopeBytes: 300, depth: 9 })).toThrow(NotAList);
  });

  it('any bytes are pods or refused', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 1, max: 64 }), (noise, size) => {
        try {
          split(Buffer.concat([Buffer.from('k8s\0'), field(2, field(2, Buffer.from(noise)))]), size);
        } catch (error) {
          if (!(error instanceof NotAList)) throw error;
        }
      }),
    );
  });
});

describe('numbers in protobuf', () => {
  it.each([0, 1, 127, 128, 300, 2 ** 31, 2 ** 45])('%i is read as it was written', (value) => {
    const bytes = varint(value);
    expect(varintAt(bytes, 0, bytes.length)).toEqual({ value, size: bytes.length });
    expect(varintAt(bytes, 0, bytes.length - 1)).toBeUndefined();
  });
});
