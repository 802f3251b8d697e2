import { defineErrors } from '../entry.ts';
import { ExitCode } from '../exit-codes.ts';

/** What checks find in the clusters themselves. */
export const assessClusterErrors = defineErrors({
  MW1750: {
    title: 'Pods are in another mesh already',
    cause:
      '{place} is in {mesh}: a second proxy in a pod redirects what the first one sends, and neither sees the calls as they are.',
    fix: 'Take these workloads out of that mesh before they join, or leave them out of the estate.',
    exit: ExitCode.refused,
  },
  MW1751: {
    title: 'Definitions of the Gateway API come from several bundles',
    cause: 'Cluster {cluster} has definitions of the Gateway API from {bundles}.',
    fix: 'Install one bundle whole: of the standard channel, and never an experimental one or an earlier version over it.',
    exit: ExitCode.done,
  },
  MW1752: {
    title: 'Nothing guards the definitions of the Gateway API',
    cause: 'In cluster {cluster}, nothing refuses an experimental or an earlier bundle over the one that is there.',
    fix: 'Install the policy safe-upgrades.gateway.networking.k8s.io that the bundles from 1.5 on bring.',
    exit: ExitCode.done,
  },
  MW1753: {
    title: 'Two meshes of the estate have other trust domains',
    cause:
      'The mesh of cluster {cluster} issues identities of {domain}, and the one that the estate joins of {other}: each is a stranger to the other.',
    fix: 'Give both the same trust domain and root, or name each as an alias of the other, before calls between them ask for identities.',
    exit: ExitCode.done,
  },
  MW1754: {
    title: 'Something is left of a mesh that has ended',
    cause: 'Cluster {cluster} has {crd} ({count}): no program acts on them any more, whatever they say.',
    fix: 'Write down what these rules were for in the terms of the mesh that is joined, and remove them.',
    exit: ExitCode.done,
  },
  MW1755: {
    title: 'Pods stop before callers know',
    cause:
      '{workload} has {seconds} s to stop and no preStop hook ({containers}): callers still send to pods that are gone.',
    fix: 'Let a preStop hook sleep some seconds, and give the pod 30 s to stop.',
    exit: ExitCode.done,
  },
  MW1756: {
    title: 'A quota leaves no room for the proxies',
    cause:
      'Quota {quota} leaves too little {what}: the proxies of {count} pods ask for {needed}, and pods beyond it would not start.',
    fix: 'Raise the quota by what the proxies ask for, or let each proxy ask for less.',
    exit: ExitCode.refused,
  },
  MW1757: {
    title: 'A quota asks for what proxies do not say',
    cause:
      'Quota {quota} limits {what}, and a proxy says none: pods with one are refused unless a LimitRange says it for them.',
    fix: 'Say it in the settings of the proxy injector, or give the namespace a LimitRange with a default.',
    exit: ExitCode.done,
  },
  MW1758: {
    title: 'An autoscaler counts the proxy too',
    cause:
      'Autoscaler {autoscaler} of {workload} goes by the share that whole pods use of what they ask for: the proxy changes both.',
    fix: 'Let it go by the container of the program (`ContainerResource`), or look at its target again after the join.',
    exit: ExitCode.done,
  },
  MW1759: {
    title: 'An autoscaler cannot count the proxy',
    cause:
      'Autoscaler {autoscaler} goes by shares of {resources}, of which proxies ask for none: with one in the pod it stops scaling.',
    fix: 'Let proxies ask for these resources, or let it go by the container of the program (`ContainerResource`).',
    exit: ExitCode.done,
  },
});
