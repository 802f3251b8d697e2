import type { Entry } from '../journal/entry.ts';
import type { ProxyCost } from '../plans/measure.ts';

const costOf = ({ subject, addedMs, millicores, lack }: ProxyCost): string =>
  `${subject}: ${addedMs === null ? 'no latency' : `${addedMs.toPrecision(2)} ms`}, ${millicores === null ? 'no CPU' : `${millicores.toPrecision(2)} millicores`}${lack === undefined ? '' : ` (${lack})`}`;

/** One journal entry as one line. */
export function renderEntry(entry: Entry): string {
  return `${String(entry.seq).padStart(4)} ${entry.at} t${entry.token} ${gist(entry)}`;
}

function gist(entry: Entry): string {
  switch (entry.type) {
    case 'intent':
      return `intent   ${entry.step} ${entry.direction} #${entry.attempt}`;
    case 'result':
      return `result   ${entry.step} ${entry.direction} #${entry.attempt} ${entry.outcome}${entry.error ? ` ${entry.error.code}: ${entry.error.message}` : ''}`;
    case 'gate':
      return `gate     ${entry.of} ${entry.outcome}`;
    case 'approval':
      return `approval ${entry.stage} by ${entry.by}`;
    case 'note': {
      if (entry.note.about === 'opened' && entry.note.adopted)
        return `note     adopted plan=${entry.note.plan}: ${entry.note.adopted.done.length} steps done, ${entry.note.adopted.unknown.length} to be asked`;
      if (entry.note.about === 'renewed') {
        const { host, outcome, error } = entry.note;
        return `note     renewed host=${host} ${outcome}${error ? ` ${error.code}: ${error.message}` : ''}`;
      }
      if (entry.note.about === 'baseline') {
        const { stage, edges, names, lack } = entry.note;
        const seen = `${edges.length} calls, ${names.length} names`;
        return `note     baseline stage=${stage} ${seen}${lack === undefined ? '' : `; not all: ${lack}`}`;
      }
      if (entry.note.about === 'measured')
        return `note     measured stage=${entry.note.stage} ${entry.note.proxies.map(costOf).join(', ')}`;
      const { about, ...rest } = entry.note;
      return `note     ${about} ${Object.entries(rest)
        .map(([key, value]) => `${key}=${String(value)}`)
        .join(' ')}`;
    }
  }
}
