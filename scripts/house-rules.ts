import { join } from 'node:path';
import { checkHouseRules } from './house-rules/index.ts';
import { readSources } from './house-rules/source-file.ts';

const sources = readSources(join(import.meta.dirname, '..'));
const violations = checkHouseRules(sources);
for (const { path, line, rule, message } of violations) console.log(`${path}:${line}  ${rule}: ${message}`);
console.log(`house rules: ${sources.length} files, ${violations.length} violations`);
process.exitCode = violations.length > 0 ? 1 : 0;
