import { isUnitRef, type EstateService } from '../estate/schema.ts';
import { twinsOf } from '../estate/twins.ts';
import { meshError } from '../errors/index.ts';
import { workloadIdOf } from '../inventory/ids.ts';
import type { SidecarScope } from '../inventory/schema.ts';
import type { MeshProvider } from '../providers/provider.ts';
import { callersBehind, calledBy } from './egress.ts';
import { asError } from './finding.ts';
import { groupsOf } from './groups.ts';
import { unitJoins } from './paths.ts';
import type { PlanFinding } from './plan.ts';
import type { EstateView } from './view.ts';

/** The proxies of one workload of a service, as an object that narrows them selects them. */
interface Proxies {
  /** The workload, as findings name it. */
  id: string;
  namespace: string;
  /** Absent: of a host, whose labels nobody but this tool gives. */
  labels?: Record<string, string>;
  /** Nodes behind them that were seen to call. */
  callers: string[];
}

function proxiesOf(view: EstateView, service: EstateService): Proxies[] {
  const namespace = view.namespaceOf(service) ?? '';
  return [service.workload, ...twinsOf(service)].flatMap((ref): Proxies[] => {
    const id = workloadIdOf(ref);
    if (!isUnitRef(ref)) {
      const facts = view.kubeWorkload(ref);
      return facts ? [{ id, namespace: ref.namespace, labels: facts.podLabels, callers: [id] }] : [];
    }
    if (!unitJoins(service)) return [];
    const group = groupsOf(view.servicesOn(ref.host))[0];
    return group ? [{ id, namespace, callers: callersBehind(view, group) }] : [];
  });
}

/**
 * The object of somebody else that narrows what proxies know: the one that selects them, else their namespace's, else the mesh's
 * (Istio "Sidecar").
 */
function scopeOver(view: EstateView, { namespace, labels = {} }: Proxies): SidecarScope | undefined {
  const cluster = view.cluster(view.estate.provider.cluster);
  const all = cluster?.sidecars ?? [];
  const isWide = ({ selector }: SidecarScope): boolean => Object.keys(selector).length === 0;
  const here = all.filter((one) => one.namespace === namespace);
  const own = here.find((one) => !isWide(one) && Object.entries(one.selector).every(([key, value]) => labels[key] === value));
  return own ?? here.find(isWide) ?? all.find((one) => isWide(one) && one.namespace === cluster?.mesh?.rootNamespace);
}

/** Objects that narrow the proxies of a service already, each with the workload. */
export function scopesOver(view: EstateView, service: EstateService): { id: string; scope: SidecarScope }[] {
  return proxiesOf(view, service).flatMap((proxies) => {
    const scope = scopeOver(view, proxies);
    return scope ? [{ id: proxies.id, scope }] : [];
  });
}

/**
 * Names that a workload calls and that somebody else's object hides from its proxies: their weights and the route behind them
 * would never reach it, and a caller that follows no weights must not be taken for one that does (hard rule 2 of the design).
 */
export function hiddenFindings(view: EstateView, provider: MeshProvider, service: EstateService): PlanFinding[] {
  return proxiesOf(view, service).flatMap((proxies) => {
    const scope = scopeOver(view, proxies);
    if (!scope || scope.hosts.length === 0) return [];
    const needed = calledBy(view, proxies.callers).names.flatMap((name) => provider.target.hostsOf(name));
    const hidden = needed.filter(({ namespace, host }) => !scope.hosts.some((pattern) => isTold(pattern, scope.namespace, namespace, host)));
    if (hidden.length === 0) return [];
    const names = [...new Set(hidden.map(({ namespace, host }) => `${namespace}/${host}`))].join(', ');
    const sidecar = `${scope.namespace}/${scope.name}`;
    return [asError(service.name, meshError('MW1342', { sidecar, workload: proxies.id, names }))];
  });
}

/** `namespace/host` with `*`, `.` for the object's own namespace, and `*.` before a domain (Istio "Sidecar", IstioEgressListener). */
export function isTold(pattern: string, own: string, namespace: string, host: string): boolean {
  const [place = '', name = ''] = pattern.split('/');
  const isHere = place === '*' || (place === '.' ? own : place) === namespace;
  return isHere && (name === '*' || (name.startsWith('*.') ? host.endsWith(name.slice(1)) : name === host));
}
