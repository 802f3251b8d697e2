import { judge } from '../../../src/gates/statistics.ts';
import type { CheckBy } from '../../../src/plans/gate.ts';
import { BASELINE, EFFECT, RUNG_ALPHA } from './cases.ts';
import { STEP_SECONDS } from '../../../test/generators/traffic-case.ts';
import type { Setting, Watcher } from './watcher.ts';

const side = { requests: 'requests', errors: 'errors', tally: { proxies: [], clusters: [] } };

/** The check of one rung, as a plan has it. */
export const check: CheckBy<'errors'> = {
  name: 'error-rate',
  test: 'errors',
  subject: 'the twin, beside the VM',
  judged: side,
  control: side,
  baseline: BASELINE,
  effect: EFFECT,
  stopAt: Math.ceil(1 / RUNG_ALPHA),
  minRequests: 20,
};

/** The gate's own judge. It is not asked where the judged side has no new error, since then it has nothing new to fail for. */
function watcher(): Watcher {
  let failed = false;
  let errors = 0;
  return {
    see: ({ judged, control, seconds }) => {
      if (failed || judged.errors === errors) return failed;
      errors = judged.errors;
      failed =
        judge(check, { test: 'errors', query: '', judged, control }, { elapsedMs: seconds * 1000 }).outcome === 'fail';
      return failed;
    },
  };
}

export const ours: Setting = { peer: 'mesh', words: `e-value ${check.stopAt}`, everySeconds: STEP_SECONDS, watcher };
