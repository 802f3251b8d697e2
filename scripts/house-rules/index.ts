import { bannedCallsRule } from './banned-calls.ts';
import { cyclesRule } from './cycles.ts';
import { fileShapeRule } from './file-shape.ts';
import { layersRule, packageHomesRule } from './layers.ts';
import { purityRule } from './purity.ts';
import type { HouseRule, SourceFile, Violation } from './source-file.ts';

/** The boundaries of design section 3 and the house style, by name. */
export const houseRules: Readonly<Record<string, HouseRule>> = {
  layers: layersRule,
  'package-homes': packageHomesRule,
  purity: purityRule,
  cycles: cyclesRule,
  'file-shape': fileShapeRule,
  'banned-calls': bannedCallsRule,
};

/** What breaks any rule, in the order of the files. */
export function checkHouseRules(files: readonly SourceFile[]): Violation[] {
  return Object.values(houseRules)
    .flatMap((rule) => rule(files))
    .toSorted((a, b) => a.path.localeCompare(b.path) || a.line - b.line);
}
