import { basename } from 'node:path';
import type { HouseRule, SourceFile, Violation } from './source-file.ts';

const maxLines = 250;
/** `field-manager` is Kubernetes' own word. */
const emptyNames = /(^|[-_.])(utils?|helpers?|common|(?<!field-)managers?|misc)([-_.]|$)/;
/** Kebab-case; a leading underscore keeps a file beside the commands from being one. */
const properName = /^_?[a-z0-9]+(-[a-z0-9]+)*(\.[a-z0-9-]+)*\.ts$/;

function shapeOf(file: SourceFile): Violation[] {
  const violations: Violation[] = [];
  const report = (rule: string, line: number, message: string): void => {
    violations.push({ rule, path: file.path, line, message });
  };
  const lines = file.text.trimEnd().split('\n').length;
  if (lines > maxLines) report('file-length', maxLines, `${lines} lines; at most ${maxLines}`);
  if (!properName.test(basename(file.path))) report('file-names', 1, 'file names are kebab-case');
  if (file.path.split('/').some((part) => emptyNames.test(part))) {
    report('file-names', 1, 'name a file for what is in it: no utils, helpers, common, manager');
  }
  return violations;
}

/** Files are short, and named for what is in them. */
export const fileShapeRule: HouseRule = (files) => files.flatMap(shapeOf);
