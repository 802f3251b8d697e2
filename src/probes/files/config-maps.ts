import { z } from 'zod';
import type { KubeObject } from '../../ports/contracts.ts';
import { isSecretName } from '../kubernetes/parse-declares.ts';

type Data = Readonly<Record<string, string>>;
interface Variable {
  name: string;
  value: string;
}

const container = z.looseObject({
  env: z.array(z.looseObject({ name: z.string(), value: z.string().optional() })).default([]),
  envFrom: z.array(z.looseObject({ prefix: z.string().default('') })).default([]),
});
const reference = z.looseObject({ name: z.string(), optional: z.boolean().default(false) });
const keyReference = reference.extend({ key: z.string() });

/** A workload whose containers have the literal values of their ConfigMaps, and the ConfigMaps that were not there. */
export interface Resolved {
  object: KubeObject;
  missing: string[];
}

/**
 * Puts into a workload's environment what ConfigMaps of its namespace say, as a kubelet does: `env` over `envFrom`, the
 * later over the earlier. Entries that a name calls a secret are left out, and Secrets stay references.
 */
export function resolveConfigMaps(object: KubeObject, configMaps: ReadonlyMap<string, Data>): Resolved {
  const missing = new Set<string>();
  const { namespace = '' } = object.metadata;
  const lookUp = (value: unknown): Data => {
    const { success, data } = reference.safeParse(value);
    if (!success) return {};
    const found = configMaps.get(`${namespace}/${data.name}`);
    if (found === undefined && !data.optional) missing.add(data.name);
    return found ?? {};
  };
  const spec = object['spec'] as { template: { spec: Record<string, unknown> } };
  const pod = spec.template.spec;
  const resolve = (containers: unknown): unknown =>
    Array.isArray(containers)
      ? containers.map((one: object) => ({ ...one, env: environmentOf(one, lookUp) }))
      : containers;
  const resolved = { ...pod, containers: resolve(pod['containers']), initContainers: resolve(pod['initContainers']) };
  return {
    object: { ...object, spec: { ...spec, template: { ...spec.template, spec: resolved } } },
    missing: [...missing].sort(),
  };
}

function environmentOf(one: unknown, lookUp: (reference: unknown) => Data): Variable[] {
  const { env, envFrom } = container.parse(one);
  const variables = new Map<string, string>();
  for (const { prefix, configMapRef } of envFrom)
    for (const [key, value] of Object.entries(lookUp(configMapRef)))
      if (!isSecretName(key)) variables.set(`${prefix}${key}`, value);
  for (const { name, value, ...rest } of env) variables.set(name, value ?? valueOf(rest['valueFrom'], lookUp));
  return [...variables].map(([name, value]) => ({ name, value }));
}

function valueOf(valueFrom: unknown, lookUp: (reference: unknown) => Data): string {
  const { configMapKeyRef } = (valueFrom ?? {}) as { configMapKeyRef?: unknown };
  const { success, data } = keyReference.safeParse(configMapKeyRef);
  if (!success || isSecretName(data.key)) return '';
  const values = lookUp(configMapKeyRef);
  return Object.hasOwn(values, data.key) ? (values[data.key] ?? '') : '';
}
