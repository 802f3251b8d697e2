import { Listr, type ListrTask } from 'listr2';
import type { RunEvent, Watch } from '../execute/events.ts';
import type { MigrationPlan, Stage } from '../plans/plan.ts';
import { describe } from './run-lines.ts';
import { sanitizeLine } from './sanitize.ts';

type Row = Parameters<ListrTask['task']>[1];
interface Waiting {
  done: PromiseWithResolvers<void>;
  row?: Row;
}

/**
 * The run as a list on a terminal, a row a stage. It draws events and decides nothing: no roll-back, no retry, no
 * signal handling of listr2's, whose own Ctrl-C path would end the process with 127.
 */
export function progressWatch(plan: MigrationPlan, direction: 'forward' | 'back'): { watch: Watch; close(): Promise<void> } {
  const stages = direction === 'forward' ? plan.stages : plan.stages.toReversed();
  const rows = new Map(stages.map(({ id }): [string, Waiting] => [id, { done: Promise.withResolvers<void>() }]));
  const list = new Listr(stages.map((stage) => rowOf(stage, rows)), { concurrent: true, exitOnError: false, registerSignalListeners: false, rendererOptions: { collapseErrors: false } });
  const drawn = list.run().catch(() => undefined);
  return {
    watch: (event) => draw(event, rows),
    close: async () => {
      for (const { done, row } of rows.values()) {
        if (row) row.skip('not reached');
        done.resolve();
      }
      await drawn;
    },
  };
}

function rowOf({ id, title }: Stage, rows: Map<string, Waiting>): ListrTask {
  return {
    title: sanitizeLine(`${id}: ${title}`),
    task: (_, row) => {
      const waiting = rows.get(id);
      if (waiting) waiting.row = row;
      return waiting?.done.promise;
    },
  };
}

function draw(event: RunEvent, rows: Map<string, Waiting>): void {
  const of = 'of' in event ? event.of : 'step' in event ? event.step : undefined;
  const row = rows.get(of?.split('/')[0] ?? '')?.row;
  if (!row) return;
  row.output = sanitizeLine(describe(event).join('; ') || 'waiting');
}
