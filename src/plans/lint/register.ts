import { meshError } from '../../errors/index.ts';
import { hit, type LintRule } from './rule.ts';
import type { LintView } from './view.ts';

/** Rules about the exemption register, as the plan rests on it. */
export const registerRules: readonly LintRule[] = [
  {
    code: 'MW1826',
    level: 'warning',
    why: 'an exemption without an owner and an end is never looked at again',
    find: (view) =>
      callers(view).flatMap(({ subject: caller, service, owner, expires }) => {
        const missing = [...(owner === undefined ? ['owner'] : []), ...(expires === undefined ? ['end'] : [])];
        if (missing.length === 0) return [];
        const lacks = missing.map((one) => `no ${one}`).join(' and ');
        return [hit(caller, meshError('MW1826', { caller, service, lacks }))];
      }),
  },
  {
    code: 'MW1827',
    level: 'error',
    why: 'what nobody answers for any more leaves a port open to plaintext',
    find: (view) =>
      callers(view).flatMap(({ subject: caller, service, expires }) => {
        if (expires === undefined || view.inputs.nowMs < Date.parse(expires)) return [];
        return [hit(caller, meshError('MW1827', { caller, service, expires }))];
      }),
  },
];

/** Those that somebody exempted; a server that speaks first is in the plan's register of itself. */
const callers = ({ plan }: LintView): LintView['plan']['exempt'] =>
  plan.exempt.filter(({ subject }) => !subject.startsWith('service/'));
