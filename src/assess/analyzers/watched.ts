import { meshError } from '../../errors/index.ts';
import { lookedText, watchedMs } from '../../inventory/window-words.ts';
import { type Analyzer, draft } from '../analyzer.ts';

/** D4: for how long anybody looked at connections. What was not seen is never proved not to be. */
export const watched: Analyzer = {
  id: 'D4',
  title: 'How long connections were watched',
  looksAt: ['hosts'],
  codes: ['MW1355', 'MW1356'],
  analyze: ({ estate, inventory, readHosts }) => {
    // Connections are read on hosts alone.
    if (readHosts.length === 0) return [];
    const { window } = inventory;
    const looked = lookedText(inventory);
    return window === undefined || watchedMs(window) === 0
      ? [draft('info', estate.name, `read ${looked}`, meshError('MW1355', { looked }))]
      : [draft('info', estate.name, `watched ${looked}`, meshError('MW1356', { looked }))];
  },
};
