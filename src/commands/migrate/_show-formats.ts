import { meshError } from '../../errors/index.ts';
import type { Inventory } from '../../inventory/schema.ts';
import type { MigrationPlan } from '../../plans/plan.ts';
import { renderPlan } from '../../report/plan-text.ts';
import { renderEstate } from '../../report/plan/estate-svg.ts';
import { historyOf } from '../../report/plan/history.ts';
import { renderPlanHtml } from '../../report/plan/html.ts';
import { renderPlanMarkdown } from '../../report/plan/markdown.ts';
import { renderTimeline } from '../../report/plan/timeline-svg.ts';
import { loadInventory } from '../_inputs.ts';
import { digestFor } from './_plan-inputs.ts';

export const formats = ['text', 'html', 'markdown', 'svg'] as const;

/** How a plan is to be shown. */
export interface ShowAs {
  format: (typeof formats)[number];
  full: boolean;
  /** Of the estate after this wave, instead of the timeline. */
  wave: number | undefined;
  inventory: Inventory | undefined;
}

/** The plan in a format. @throws MW1840, MW1842 where a wave cannot be drawn */
export function showPlan(plan: MigrationPlan, { format, full, wave, inventory }: ShowAs): string {
  switch (format) {
    case 'text':
      return renderPlan(plan, { full });
    case 'html':
      return renderPlanHtml(plan, inventory);
    case 'markdown':
      return renderPlanMarkdown(plan, inventory);
    case 'svg':
      return wave === undefined ? renderTimeline(plan) : waveOf(plan, inventory, wave);
  }
}

function waveOf(plan: MigrationPlan, inventory: Inventory | undefined, wave: number): string {
  if (inventory === undefined) throw meshError('MW1840', { wave });
  const history = historyOf(plan, inventory);
  const moment = history.moments.get(wave);
  if (moment !== undefined) return renderEstate(history, moment);
  throw meshError('MW1842', { wave, waves: [...history.moments.keys()].join(', ') });
}

/** The inventory that a plan was made from. @throws MW1304, MW1841 */
export async function inventoryOf(plan: MigrationPlan, file: string): Promise<Inventory> {
  const loaded = await loadInventory(file, undefined);
  const { inventory } = loaded;
  const [digest, { inputs }] = [digestFor(plan, loaded), plan];
  if (digest !== inputs.inventory) throw meshError('MW1841', { planned: inputs.inventory, file, found: digest });
  return inventory;
}
