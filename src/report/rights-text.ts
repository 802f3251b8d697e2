import { Document, isCollection, visit } from 'yaml';
import type { ClusterRoles, RbacObject } from '../plans/rights/roles.ts';
import { sanitizeLine } from './sanitize.ts';

/** Roles as a file for `kubectl apply -f`: a document for each object, and remarks as comments. */
export function renderRoles(roles: readonly ClusterRoles[], remarks: readonly string[]): string {
  const documents = roles.flatMap(({ cluster, objects }) =>
    objects.map((object) => `---\n# cluster ${sanitizeLine(cluster)}\n${printObject(object)}`),
  );
  return [...remarks.map((remark) => `# ${sanitizeLine(remark, 1000)}`), ...documents].join('\n');
}

/** One line for each rule, so that two versions can be compared. */
function printObject(object: RbacObject): string {
  const document = new Document(object, { aliasDuplicateObjects: false, version: '1.2' });
  visit(document, {
    Seq: (_, { items }) => {
      for (const item of items) if (isCollection(item)) item.flow = true;
    },
  });
  return document.toString({ lineWidth: 0 }).trimEnd();
}
