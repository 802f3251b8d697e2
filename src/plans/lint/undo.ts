import { meshError } from '../../errors/index.ts';
import { canonicalJson } from '../canonical.ts';
import type { Operation } from '../operation.ts';
import type { Step } from '../plan.ts';
import { hit, type LintRule } from './rule.ts';

/** Rules about the way back, and about looking at what was done. */
export const undoRules: readonly LintRule[] = [
  {
    code: 'MW1822',
    level: 'error',
    why: 'promise P8: what is not declared irreversible can be taken back',
    find: ({ steps }) =>
      steps.flatMap(({ step }) => {
        const { revert } = step;
        if (revert === 'irreversible') return [];
        const missing = step.apply.filter((operation) => !isUndone(operation, revert)).map(({ op }) => op);
        return [...new Set(missing)].map((operation) => hit(step.id, meshError('MW1822', { step: step.id, operation })));
      }),
  },
  {
    code: 'MW1823',
    level: 'error',
    why: 'a step is done when that was observed, and not when its commands have ended',
    find: ({ steps }) =>
      steps.flatMap(({ step }) => lacks(step).map((what) => hit(step.id, meshError('MW1823', { step: step.id, lacks: what })))),
  },
];

/** Each kind of change, and what takes it back. A restart leaves nothing behind that could be taken back. */
function isUndone(operation: Operation, revert: readonly Operation[]): boolean {
  const some = (test: (undo: Operation) => boolean): boolean => revert.some(test);
  const onHost = (host: string, ...kinds: Operation['op'][]): boolean =>
    some((undo) => kinds.includes(undo.op) && 'host' in undo && undo.host === host);
  switch (operation.op) {
    case 'kube.create': {
      const { cluster, manifest } = operation;
      const { apiVersion, kind, metadata } = manifest;
      const ref = { apiVersion, kind, namespace: metadata.namespace, name: metadata.name };
      return some((undo) => undo.op === 'kube.delete' && undo.cluster === cluster && isSame(undo.ref, ref));
    }
    case 'kube.set': {
      const { cluster, ref, fields } = operation;
      return some((undo) => undo.op === 'kube.unset' && undo.cluster === cluster && isSame([undo.ref, undo.fields], [ref, fields]));
    }
    case 'route.weights': {
      const { cluster, ref } = operation;
      return some((undo) => undo.op === 'route.weights' && undo.cluster === cluster && isSame(undo.ref, ref));
    }
    case 'host.install':
    case 'host.files':
      return onHost(operation.host, 'host.remove');
    case 'host.unit':
      return onHost(operation.host, 'host.unit', 'host.remove');
    case 'host.capture':
      return onHost(operation.host, 'host.uncapture');
    case 'host.quiet':
      return onHost(operation.host, 'host.quiet');
    case 'manual':
      return some(({ op }) => op === 'manual');
    case 'host.recycle':
      return true;
    // These are undos themselves, or final: forward they belong into a step that is declared irreversible.
    case 'kube.delete':
    case 'kube.unset':
    case 'host.uncapture':
    case 'host.drain':
    case 'host.remove':
    case 'host.retire':
      return revert.length > 0;
  }
}

const isSame = (one: unknown, other: unknown): boolean => canonicalJson(one) === canonicalJson(other);

/** A look-back and a person's deed are seen by their own doing; a rung by its gate where a mesh reports no status. */
const seesItself: readonly Operation['op'][] = ['host.quiet', 'manual'];

function lacks({ apply, revert, verify, verifyRevert, gate }: Step): string[] {
  const isSeen = (operations: readonly Operation[], checks: readonly unknown[]): boolean =>
    checks.length > 0 ||
    (gate !== undefined && gate.metrics.length > 0) ||
    operations.every(({ op }) => seesItself.includes(op));
  const back = revert === 'irreversible' ? [] : revert;
  return [
    ...(isSeen(apply, verify) ? [] : ['verifies nothing after its operations, and has no gate that would tell']),
    ...(isSeen(back, verifyRevert) ? [] : ['verifies nothing after its undo']),
  ];
}
