import type { ProxyRef } from '../check.ts';
import type { MigrationPlan, Step } from '../plan.ts';
import { proxyName } from './check-words.ts';

/** The callers whose proxies steps ask before they move anything, and the step by which each of them joins. */
export function callerWords(plan: MigrationPlan, steps: readonly Step[]): string[] {
  const asked = steps.flatMap((step) =>
    step.require.flatMap((check) => (check.check === 'proxy.endpoints' ? check.callers : [])),
  );
  const callers = [...new Map(asked.map((caller) => [proxyName(caller), caller])).values()];
  return callers.map((caller) => {
    const join = joinOf(plan, caller);
    return `caller ${proxyName(caller)}: ${join ? `it joins by ${join}` : 'no step of this plan joins it'}`;
  });
}

function joinOf({ stages }: MigrationPlan, caller: ProxyRef): string | undefined {
  const joins = ({ apply }: Step): boolean =>
    apply.some((operation) => {
      if ('host' in caller) return operation.op === 'host.capture' && operation.host === caller.host;
      if (operation.op !== 'kube.set') return false;
      const { kind, namespace, name } = operation.ref;
      return kind === caller.kind && namespace === caller.namespace && name === caller.name;
    });
  return stages.flatMap(({ steps }) => steps).find(joins)?.id;
}
