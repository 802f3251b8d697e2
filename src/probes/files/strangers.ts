import { meshError } from '../../errors/mesh-error.ts';
import type { Estate } from '../../estate/schema.ts';
import { composeUnit, type ComposeProject } from '../../inventory/compose.ts';
import { unitsOfCompose } from '../../inventory/compose-sightings.ts';
import { findingOf } from '../../inventory/finding.ts';
import type { Finding } from '../../inventory/schema.ts';

const MAX_NAMED = 20;

/** Services of a project that the estate does not know. */
export function strangersOf(project: ComposeProject, estate: Estate): Finding[] {
  const strangers = project.services.filter(({ name }) => unitsOfCompose(estate, project, name).length === 0);
  if (strangers.length === 0) return [];
  const named = strangers.slice(0, MAX_NAMED).map(({ name }) => composeUnit(name));
  const services = [...named, ...(strangers.length > MAX_NAMED ? [`${strangers.length - MAX_NAMED} more`] : [])].join(
    ', ',
  );
  return [findingOf('info', project.name, meshError('MW1067', { project: project.name, services }))];
}
