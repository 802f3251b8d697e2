import type { Entry } from '../../journal/entry.ts';
import type { Decision } from '../decision.ts';

/** What an entry says was done, for a sentence. */
export function wordsOf(entry: Entry): string {
  switch (entry.type) {
    case 'intent':
      return `it begins ${entry.step} (${entry.direction}, attempt ${entry.attempt})`;
    case 'gate':
      return `it asks gate ${entry.of}${entry.phase === undefined ? '' : ` (${entry.phase})`}`;
    case 'note':
      return `it notes \`${entry.note.about}\``;
    default:
      return `it is of type ${entry.type}`;
  }
}

/** What a run does by a decision, for the same sentence. */
export function wordsOfDecision(decision: Decision): string {
  switch (decision.do) {
    case 'step':
      return `begins ${decision.step.id} (${decision.direction}, attempt ${decision.attempt})`;
    case 'ask':
      return `asks how far ${decision.step.id} got`;
    case 'finish':
      return `finishes at ${decision.goal}`;
    case 'set-aside':
      return `sets ${decision.stage.id} aside`;
    case 'pause':
      return `pauses at ${decision.of} (${decision.code})`;
    case 'wait':
      return `waits for ${decision.of}`;
    case 'baseline':
      return `looks what goes on before ${decision.stage.id}`;
    case 'bake':
      return `begins to watch ${decision.of}`;
    case 'gate':
      return `asks gate ${decision.of}${decision.phase === undefined ? '' : ` (${decision.phase})`}`;
    case 'measure':
      return `measures the mesh after ${decision.stage.id}`;
    case 'retreat':
      return `goes back from ${decision.of}`;
  }
}
