import { Listr, type ListrTask } from 'listr2';
import type { RunEvent, Watch } from '../execute/events.ts';
import type { MigrationPlan, Stage } from '../plans/plan.ts';
import { describe } from './run-lines.ts';
import { sanitizeLine } from './sanitize.ts';

type Row = Parameters<ListrTask['task']>[1];

/** One stage on the screen. Its task is over when `end` is resolved; why, `skip` says. */
interface Line {
  id: string;
  end: PromiseWithResolvers<void>;
  row?: Row;
  text: string;
  isTouched: boolean;
}

/**
 * The run as a list on a terminal, a row a stage. It draws events and decides nothing: no roll-back, no retry, no
 * signal handling of listr2's, whose own Ctrl-C path would end the process with 127.
 */
export function progressWatch(
  plan: MigrationPlan,
  direction: 'forward' | 'back',
): { watch: Watch; close(): Promise<void> } {
  const stages = direction === 'forward' ? plan.stages : plan.stages.toReversed();
  const lines = stages.map(({ id }): Line => ({ id, end: Promise.withResolvers<void>(), text: '', isTouched: false }));
  const list = new Listr(
    stages.map((stage, at) => rowOf(stage, lines[at])),
    { exitOnError: false, registerSignalListeners: false, rendererOptions: { collapseErrors: false } },
  );
  // A row that is rejected before listr2 comes to it is no unhandled rejection.
  for (const { end } of lines) end.promise.catch(() => undefined);
  const drawn = list.run().catch(() => undefined);
  return {
    watch: (event) => draw(event, lines),
    close: async () => {
      // What was begun and neither passed its gate nor was taken back whole stopped here.
      for (const line of lines) if (line.isTouched) line.end.reject(new Error(line.text));
      for (const line of lines) endLine(line, 'not reached');
      await drawn;
    },
  };
}

function rowOf({ id, title }: Stage, line: Line | undefined): ListrTask {
  return {
    title: sanitizeLine(`${id}: ${title}`),
    task: async (_, row) => {
      if (!line) return;
      line.row = row;
      if (line.text !== '') row.output = line.text;
      await line.end.promise;
      if (!line.isTouched) row.skip(`${row.title}: ${line.text}`);
    },
  };
}

/** A row that nothing happened to is drawn as skipped, with the reason. */
function endLine(line: Line, reason: string): void {
  if (!line.isTouched) line.text = reason;
  line.end.resolve();
}

function draw(event: RunEvent, lines: Line[]): void {
  if (event.event === 'run.finished') return lines.forEach((line) => endLine(line, 'nothing to do'));
  const id = (
    'of' in event ? event.of : 'step' in event ? event.step : 'stage' in event ? (event.stage ?? '') : ''
  ).split('/')[0];
  const at = lines.findIndex((line) => line.id === id);
  const line = lines[at];
  if (!line) return;
  for (const before of lines.slice(0, at)) endLine(before, 'done before');
  line.isTouched = true;
  line.text = sanitizeLine(describe(event).join('; ') || line.text);
  if (line.row) line.row.output = line.text;
  if (event.event === 'gate.asked' && event.of === line.id && event.outcome === 'pass') line.end.resolve();
}
