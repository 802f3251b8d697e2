import type { DryRunStep } from '../execute/dry-run.ts';
import { style } from './style.ts';

/** A dry run for a person: each step, and under it each change as a diff. */
export function renderDryRun(steps: readonly DryRunStep[]): string {
  const lines = steps.flatMap(({ step, interruption, previews }) => [
    style.bold(step) + (interruption === 'none' ? '' : style.yellow(`  [${interruption}]`)),
    ...previews.flatMap(({ target, change, diff }) => [`  ${change.padEnd(6)} ${target}`, ...colourDiff(diff)]),
  ]);
  const changes = steps.flatMap(({ previews }) => previews).filter(({ change }) => change !== 'none').length;
  return [...lines, '', `dry run: ${steps.length} steps, ${changes} changes, nothing was changed`].join('\n');
}

function colourDiff(diff: string): string[] {
  if (diff === '') return [];
  return diff
    .trimEnd()
    .split('\n')
    .map((line) => {
      if (line.startsWith('+')) return `         ${style.green(line)}`;
      if (line.startsWith('-')) return `         ${style.red(line)}`;
      return `         ${style.dim(line)}`;
    });
}
