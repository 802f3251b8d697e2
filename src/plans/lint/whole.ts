import { meshError } from '../../errors/index.ts';
import { canonicalJson } from '../canonical.ts';
import { stageOf } from '../plan.ts';
import { digestOf } from '../seal.ts';
import { hit, hitOf, type LintRule } from './rule.ts';

const PLAN = 'plan';

/** Rules about a plan as a whole: what it is, and what it is not ready for. */
export const wholeRules: readonly LintRule[] = [
  {
    code: 'MW1800',
    level: 'error',
    why: 'what was reviewed is what is applied: apply refuses a plan whose digest is another',
    find: ({ plan, inputs: { hash } }) => {
      const steps = plan.stages.flatMap((stage) => stage.steps);
      const wrong = steps.flatMap(({ hash: given, ...body }) => {
        const found = hash(canonicalJson(body));
        return found === given ? [] : [hit(body.id, meshError('MW1800', { what: `step ${body.id}`, given, found }))];
      });
      const found = digestOf(plan, hash);
      if (found === plan.digest) return wrong;
      return [hit(PLAN, meshError('MW1800', { what: `plan ${plan.id}`, given: plan.digest, found })), ...wrong];
    },
  },
  {
    code: 'MW1801',
    level: 'warning',
    why: 'a reader who signs a plan must know which services it does not bring to the end of their path',
    find: ({ plan }) => {
      const left = plan.deferred.map(({ subject, move, why }) => hit(subject, meshError('MW1801', { subject, move, why })));
      const isUnsaid = !plan.complete && left.length === 0;
      const why = 'it says itself that some service does not reach the end of its path.';
      return isUnsaid ? [hit(PLAN, meshError('MW1801', { subject: 'some service', move: 'a move', why }))] : left;
    },
  },
  {
    code: 'MW1802',
    level: 'error',
    why: 'an error finding forbids to apply the plan, whatever else is in order',
    find: ({ plan: { findings, applyable, basis } }) => {
      const errors = findings.filter(({ level }) => level === 'error');
      if (applyable && errors.length === 0) return [];
      const codes = [...new Set(errors.map(({ code }) => code))].toSorted().join(', ') || 'none';
      // A draft is never applyable, which is no fault of it: apply refuses it by its basis.
      if (basis === 'files' && errors.length === 0)
        return [hitOf('info', PLAN, meshError('MW1802', { state: 'a draft from files, which apply refuses', count: 0, codes }))];
      const draft = basis === 'files' ? 'a draft from files' : 'marked as not applyable';
      const state = applyable ? 'marked as applyable' : draft;
      return [hit(PLAN, meshError('MW1802', { state, count: errors.length, codes }))];
    },
  },
  {
    code: 'MW1803',
    level: 'error',
    why: 'the journal knows stages and steps by their names',
    find: ({ plan: { stages } }) => {
      const names = stages.flatMap(({ id, steps }) => [id, ...steps.map((step) => step.id)]);
      const stray = stages.flatMap(({ id, steps }) => steps.filter((step) => stageOf(step) !== id).map((step) => step.id));
      const twice = names.filter((name, index) => names.indexOf(name) !== index);
      return [...new Set([...twice, ...stray])].map((name) => {
        const times = names.filter((other) => other === name).length;
        return hit(name, meshError('MW1803', { what: name, times }));
      });
    },
  },
];
