import { callerExemptions } from '../estate/exemptions.ts';
import { meshError } from '../errors/index.ts';
import { finding } from './finding.ts';
import type { MigrationPlan, PlanFinding } from './plan.ts';
import type { EstateView } from './view.ts';

type Exempt = MigrationPlan['exempt'][number];

/** The register as the plan rests on it: who does not join, why, and which port stays open for it. */
export function exemptions(view: EstateView): Exempt[] {
  const callers = view.estate.services.flatMap(({ name, port }) =>
    view.exemptCallersOf(name).map(({ caller, reason, owner, expires }) => ({
      subject: caller,
      service: name,
      ...(port !== undefined && { port }),
      reason,
      ...(owner !== undefined && { owner }),
      ...(expires !== undefined && { expires }),
    })),
  );
  const silent = view.estate.services.flatMap(({ name, port, serverFirst }) =>
    serverFirst
      ? [{ subject: `service/${name}`, service: name, ...(port !== undefined && { port }), reason: 'its server speaks first' }]
      : [],
  );
  return [...callers, ...silent];
}

/** Entries of the register that exempt nobody: expired ones, and those whose caller was not seen. */
export function exemptionFindings(view: EstateView): PlanFinding[] {
  return callerExemptions(view.estate).flatMap((one) => {
    const { caller, service, expires = '' } = one;
    if (!view.holds(one)) return [finding('MW1331', 'warning', service, meshError('MW1331', { caller, service, expires }))];
    if (view.callersOf(service).includes(caller)) return [];
    return [finding('MW1332', 'warning', service, meshError('MW1332', { caller, service }))];
  });
}
