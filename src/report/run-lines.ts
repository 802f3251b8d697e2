import type { RunEvent, Watch } from '../execute/events.ts';
import { measuredWords } from './measured-words.ts';

/** How often a long silence is broken, so that a CI system does not take the run for dead. */
const HEARTBEAT_MS = 30_000;

/** A run as lines with the time, for everything that is not a terminal. */
export function runLines(
  print: (text: string) => void,
  now: () => Date = () => new Date(),
): { watch: Watch; close(): void } {
  let doing = 'starting';
  const lastGate = new Map<string, string>();
  const line = (text: string): void => print(`${now().toISOString()} ${text}`);
  const heartbeat = setInterval(() => line(`still at it: ${doing}`), HEARTBEAT_MS);
  heartbeat.unref();
  return {
    watch: (event) => {
      const texts = describe(event);
      // While something is waited for, it is said once.
      if (event.event === 'waiting' && texts[0] === doing) return;
      doing = texts[0] ?? doing;
      // A gate is asked again every few seconds: only what it says anew is worth a line.
      if (event.event === 'gate.asked' && lastGate.get(event.of) === wordsOf(texts)) return;
      if (event.event === 'gate.asked') lastGate.set(event.of, wordsOf(texts));
      for (const text of texts) line(text);
      heartbeat.refresh();
    },
    close: () => clearInterval(heartbeat),
  };
}

/** Without the figures, which differ every time. */
const wordsOf = (texts: readonly string[]): string => texts.join(' ').replaceAll(/[\d.]+/g, '#');

/** An event in words; the first line is the gist. Waiting says nothing. */
export function describe(event: RunEvent): string[] {
  switch (event.event) {
    case 'run.opened':
      return [`run ${event.run} of plan ${event.plan} ${event.resumed ? 'carries on' : 'begins'}`];
    case 'step.asked':
      return [`${event.step}: was interrupted; the target says: ${event.answer}`];
    case 'step.started':
      return [
        `${event.step}: ${event.direction}${event.attempt > 1 ? `, attempt ${event.attempt}` : ''}${event.interruption === 'none' ? '' : ` [${event.interruption}]`}`,
      ];
    case 'step.manual':
      return [`${event.step}: to be done by hand: ${event.instruction}`];
    case 'step.done':
      return [
        `${event.step}: ${event.direction === 'apply' ? 'done' : 'taken back'}`,
        ...event.observed.map((text) => `  ${text}`),
      ];
    case 'step.failed':
      return [`${event.step}: failed, ${event.code}: ${event.message}`];
    case 'stage.baseline': {
      const seen = `${event.edges} call(s) and ${event.names} name(s)`;
      return [`${event.stage}: before it, ${event.lack === undefined ? seen : `not all can be seen: ${event.lack}`}`];
    }
    case 'stage.measured':
      return [
        `${event.stage}: the mesh was measured`,
        ...measuredWords(event.proxies, event.predicted).map((text) => `  ${text}`),
      ];
    case 'gate.baking':
      return [`${event.of}: watching`];
    case 'gate.asked':
      return [
        `${event.of}: gate ${event.outcome}`,
        ...event.verdicts
          .filter(({ outcome, value }) => outcome !== 'pass' || value !== null)
          .map(({ name, subject, outcome, why }) => `  ${outcome} ${name}, ${subject}: ${why}`),
      ];
    case 'waiting':
      return event.held === undefined ? [] : [`${event.of}: waiting (${event.held}): ${event.why ?? ''}`];
    case 'retreat': {
      const why = event.abort ? `aborted by ${event.abort.by} (${event.abort.why})` : 'the gate failed';
      return [`${event.of}: ${why}, going back to ${event.to ?? 'the start'}, traffic first`];
    }
    case 'stage.set-aside':
      return [`${event.stage}: set aside (${event.kind}): ${event.why}`];
    case 'said':
      return [
        `${event.by} said: ${[event.action, event.stage, event.why].filter((one) => one !== undefined).join(' ')}`,
      ];
    case 'veto':
      return [event.why === null ? 'the veto is gone' : `veto: ${event.why}`];
    case 'run.finished':
      return [`run ${event.run} reached its goal: ${event.goal}`];
  }
}
