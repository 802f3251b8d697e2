import type { MigrationPlan } from '../../src/plans/plan.ts';
import { type ShopParts, shopPlan, shopYaml } from './shop.ts';

/** Where the twin of catalog is reached by callers outside the mesh. */
export const twinAnswers = '192.0.2.80';

/** The sample estate with catalog on another path, and `more` lines of its entry. */
export const onPath = (path: string, more = ''): string =>
  shopYaml.replace('    path: mesh-first\n', `    path: ${path}\n${more}`);
export const switchLine = (answers = twinAnswers): string => `    switch: { answers: [${answers}] }\n`;

export const platformFirst = (
  change?: (parts: ShopParts) => void,
  yaml = onPath('platform-first', switchLine()),
): MigrationPlan => shopPlan(change, yaml);
export const direct = (change?: (parts: ShopParts) => void, yaml = onPath('direct')): MigrationPlan =>
  shopPlan(change, yaml);
