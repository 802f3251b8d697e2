import { circleRules } from './circles.ts';
import { commitRules } from './commit.ts';
import { gateRules } from './gates.ts';
import { registerRules } from './register.ts';
import { restartRules } from './restarts.ts';
import type { LintRule } from './rule.ts';
import { scopeRules } from './scope.ts';
import { shiftRules } from './shift.ts';
import { strictRules } from './strict.ts';
import { timeRules } from './times.ts';
import { undoRules } from './undo.ts';
import { waveRules } from './waves.ts';
import { weightRules } from './weights.ts';
import { wholeRules } from './whole.ts';

/** Every rule, in the order in which they are told. */
export const lintRules: readonly LintRule[] = [
  ...wholeRules,
  ...commitRules,
  ...strictRules,
  ...shiftRules,
  ...weightRules,
  ...circleRules,
  ...scopeRules,
  ...gateRules,
  ...restartRules,
  ...undoRules,
  ...timeRules,
  ...registerRules,
  ...waveRules,
];
