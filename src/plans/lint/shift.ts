import { meshError } from '../../errors/index.ts';
import { callsIn, hasJoined, joinsIn } from './calls.ts';
import { hit, type LintRule } from './rule.ts';
import type { LintView, Placed } from './view.ts';

/** Hard rules 2 and 3: what must be so before traffic moves, and before its old end stops. */
export const shiftRules: readonly LintRule[] = [
  {
    code: 'MW1807',
    level: 'error',
    needs: ['inventory'],
    why: 'hard rule 2: weights act in the caller’s proxy, and an unmeshed caller follows DNS to the VM whatever they say',
    find: (view) => {
      const joins = joinsIn(view);
      const calls = callsIn(view);
      const late = view.operations('route.weights').flatMap((placed) => {
        const services = movedBy(view, placed);
        const { step, at } = placed;
        return calls
          .filter((call) => services.has(call.service) && !hasJoined(joins, call, at))
          .map(({ from: caller, service }) => ({ step: step.id, service, caller }));
      });
      const once = [...new Map(late.map((one) => [JSON.stringify(Object.values(one)), one])).values()];
      return once.map((one) => hit(one.step, meshError('MW1807', one)));
    },
  },
  {
    code: 'MW1808',
    level: 'error',
    why: 'hard rule 3: retire only when nobody from outside has reached the old address, and when it is said who answers for the name',
    find: (view) =>
      view.operations('host.retire').flatMap((placed) => {
        const { step, operation } = placed;
        const { host, unit } = operation;
        return [...lookBack(view, placed), ...namesSettled(placed)].map((missing) =>
          hit(step.id, meshError('MW1808', { step: step.id, unit, host, missing })),
        );
      }),
  },
];

/** The services of what a stage is about, and the one that a route is named after. */
function movedBy({ inventory }: LintView, { stage, operation }: Placed<'route.weights'>): Set<string> {
  const subjects = inventory.workloads.filter(({ id }) => stage.subjects.includes(id)).map(({ service }) => service);
  return new Set([...subjects, operation.ref.name]);
}

function lookBack(view: LintView, { operation: { host, unit, ports }, at }: Placed<'host.retire'>): string[] {
  const looked = view
    .operations('host.quiet')
    .some(
      ({ operation, at: before }) =>
        operation.want === 'quiet' && operation.host === host && operation.unit === unit && before < at &&
        ports.every((port) => operation.ports.includes(port)),
    );
  return looked ? [] : ['nothing before it looks who still calls its ports'];
}

function namesSettled({ step, stage }: Placed<'host.retire'>): string[] {
  const checks = [...step.require, ...step.verify, ...stage.gate.checks];
  return checks.some(({ check }) => check === 'name.resolves') ? [] : ['no check says what its name resolves to from then on'];
}
