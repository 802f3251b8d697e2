import { formatsOf, isListData } from '../../estate/lists/recognise.ts';

/**
 * Whether a file's content is a host list and no manifest and no environment file. Of YAML and JSON an Ansible inventory
 * or a Terraform state is one; of other text what has the marks of a format and no line `NAME=VALUE`.
 */
export function isHostList(text: string, isData: boolean): boolean {
  if (isData) return isListData(text);
  return !/^\s*[A-Za-z_]\w*=/m.test(withoutVariables(text)) && formatsOf(text).length > 0;
}

/** Sections of variables of an INI inventory look like an environment file. */
function withoutVariables(text: string): string {
  return text.replaceAll(/^\[[^\]\n]*:vars\][^[]*/gm, '');
}
