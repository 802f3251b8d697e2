import type { Analyzer } from '../analyzer.ts';

/** D2: what the planner refuses, warns of or leaves for later, and no other check has. The last of the list. */
export const planner: Analyzer = {
  id: 'D2',
  title: 'Planning',
  looksAt: ['hosts', 'clusters'],
  codes: [],
  adopts: () => true,
  analyze: () => [],
};
