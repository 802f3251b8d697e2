/** A number as protobuf writes it. */
export function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

/** A field that holds bytes: a text or a message. */
export function field(number: number, content: Buffer | string): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

interface PodParts {
  metadata: {
    name: string;
    namespace?: string;
    labels?: Record<string, string>;
    annotations?: Record<string, string>;
    ownerReferences?: { kind: string; name: string; apiVersion: string; controller: boolean }[];
  };
  spec?: { containers?: { name: string }[]; initContainers?: { name: string; restartPolicy?: string }[] };
  status?: { phase?: string; podIP?: string };
}

const some = (parts: readonly Buffer[]): Buffer => Buffer.concat([...parts]);
const text = (number: number, value: string | undefined): Buffer[] =>
  value === undefined ? [] : [field(number, value)];
const map = (number: number, values: Record<string, string> = {}): Buffer[] =>
  Object.entries(values).map(([key, value]) => field(number, some([field(1, key), field(2, value)])));

/** A pod as an API server writes it, with fields in it that nobody reads. */
export function podBytes({ metadata, spec = {}, status = {} }: PodParts): Buffer {
  const owners = (metadata.ownerReferences ?? []).map(({ kind, name, apiVersion, controller }) =>
    field(
      13,
      some([
        field(1, kind),
        field(3, name),
        field(4, 'uid'),
        field(5, apiVersion),
        Buffer.from([0x30, controller ? 1 : 0]),
      ]),
    ),
  );
  const unread = [
    field(5, 'uid'),
    Buffer.from([0x38, 1]),
    field(17, some([field(1, 'kubectl'), field(7, 'x'.repeat(50))])),
  ];
  const meta = [
    ...text(1, metadata.name),
    ...text(3, metadata.namespace),
    ...map(11, metadata.labels),
    ...map(12, metadata.annotations),
  ];
  const container = (one: { name: string; restartPolicy?: string }): Buffer =>
    some([field(1, one.name), field(2, 'image'), ...text(24, one.restartPolicy)]);
  const pods = [
    field(1, 'volumes'),
    ...(spec.containers ?? []).map((one) => field(2, container(one))),
    Buffer.from([0x20, 30]),
    ...(spec.initContainers ?? []).map((one) => field(20, container(one))),
  ];
  return some([
    field(1, some([...meta, ...owners, ...unread])),
    field(2, some(pods)),
    field(3, some([...text(1, status.phase), ...text(6, status.podIP), field(8, 'statuses')])),
  ]);
}

/** A list in Kubernetes' envelope: apimachinery, `runtime.Unknown`. */
export function list(kind: string, items: readonly Buffer[], next = ''): Buffer {
  const meta = some([field(2, '7'), ...text(3, next === '' ? undefined : next)]);
  const raw = some([field(1, meta), ...items.map((item) => field(2, item))]);
  const type = some([field(1, 'v1'), field(2, kind)]);
  return some([Buffer.from('k8s\0'), field(1, type), field(2, raw), field(3, ''), field(4, '')]);
}
