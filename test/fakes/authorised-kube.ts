import type { PolicyRule } from '../../src/plans/rights/rules.ts';
import { resourceOf } from '../../src/plans/rights/resources.ts';
import type { KubeRight, Verb } from '../../src/plans/rights/right.ts';
import type { KubePort } from '../../src/ports/contracts.ts';
import { meshError } from '../../src/errors/index.ts';

/** What was asked and by which rule it was allowed. */
export interface Grant {
  rule: PolicyRule;
  verb: Verb;
  name?: string;
}

/** By namespace, empty for what is in none. */
export type RulesOf = (namespace: string | undefined) => readonly PolicyRule[];

/**
 * A port in front of another, which refuses what no rule allows, as an API server with RBAC does: a rule with names allows
 * nothing that has no name in its request (kubernetes.io, "Referring to resources").
 */
export function authorised(kube: KubePort, rulesOf: RulesOf, grants: Grant[]): KubePort {
  const ask = (right: Omit<KubeRight, 'on' | 'cluster'>): void => {
    const { group, resource } = resourceOf({ on: 'cluster', cluster: kube.cluster, ...right });
    const { verb, name } = right;
    const rule = rulesOf(right.namespace).find(
      ({ apiGroups, resources, resourceNames, verbs }) =>
        apiGroups.includes(group) &&
        resources.includes(resource) &&
        verbs.includes(verb) &&
        (resourceNames === undefined || (name !== undefined && resourceNames.includes(name))),
    );
    if (rule === undefined)
      throw meshError('MW1203', {
        cluster: kube.cluster,
        verb,
        resource: `${resource} ${name ?? ''}`,
        scope: right.namespace ?? '',
      });
    grants.push({ rule, verb, ...(name !== undefined && { name }) });
  };
  const of = (
    object: { apiVersion: string; kind: string; metadata: { namespace?: string; name: string } },
    verb: Verb,
  ): void => {
    const { apiVersion, kind, metadata } = object;
    const named = verb === 'create' ? {} : { name: metadata.name };
    ask({
      apiVersion,
      kind,
      verb,
      ...(metadata.namespace !== undefined && { namespace: metadata.namespace }),
      ...named,
    });
  };
  return {
    cluster: kube.cluster,
    get: async (ref) => (of({ ...ref, metadata: ref }, 'get'), await kube.get(ref)),
    list: async (query) => {
      const { apiVersion, kind, namespace } = query;
      ask({ apiVersion, kind, verb: 'list', ...(namespace !== undefined && { namespace }) });
      return await kube.list(query);
    },
    apply: async (object, options) => (of(object, 'patch'), await kube.apply(object, options)),
    replace: async (object, options) => (of(object, 'update'), await kube.replace(object, options)),
    create: async (object, options) => (of(object, 'create'), await kube.create(object, options)),
    remove: async (object, options) => (of(object, 'delete'), await kube.remove(object, options)),
    token: async (request) => {
      const { namespace, serviceAccount: name } = request;
      ask({ apiVersion: 'v1', kind: 'ServiceAccount', subresource: 'token', verb: 'create', namespace, name });
      return await kube.token(request);
    },
    exec: async (pod, argv, options) => {
      for (const verb of ['get', 'create'] as const)
        ask({ apiVersion: 'v1', kind: 'Pod', subresource: 'exec', verb, namespace: pod.namespace, name: pod.name });
      return await kube.exec(pod, argv, options);
    },
    identity: async () => {
      ask({ apiVersion: 'v1', kind: 'Namespace', verb: 'get', name: 'kube-system' });
      return await kube.identity();
    },
    date: async () => await kube.date(),
  };
}
