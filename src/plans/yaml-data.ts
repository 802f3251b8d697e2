import { type ErrorCode, isMeshError, meshError } from '../errors/index.ts';
import { readYaml } from '../estate/yaml.ts';

/** Of an artefact's text: the plan of the largest estates stays far below. */
const MAX_BYTES = 64 * 1024 * 1024;

/** The data of a YAML file that meshway wrote, by the rules of all its YAML. @throws `code`, with the reason and the line */
export function yamlData(text: string, file: string, code: ErrorCode & ('MW1303' | 'MW1380')): unknown {
  try {
    return readYaml(text, file, MAX_BYTES, { maxAliases: 0 }).data;
  } catch (error) {
    if (!isMeshError(error)) throw error;
    const { line, reason, key } = error.args;
    const why = String(reason ?? (key === undefined ? error.causeText : `the key ${String(key)} is there twice`));
    throw meshError(code, { file, reason: line === undefined ? why : `line ${String(line)}: ${why}` });
  }
}
