import type { MeshError } from '../errors/mesh-error.ts';
import { renderFailure } from './failure.ts';
import { sanitizeJson } from './sanitize.ts';
import { toTerminal } from './style.ts';

/** How a command speaks on standard output: to a person, as one JSON document, or as JSON lines. */
export type OutputMode = 'text' | 'json' | 'jsonl';

/** Something that happened; in `--output jsonl` one line each, with the time under `at`. */
export interface OutputEvent {
  readonly event: string;
  readonly [field: string]: unknown;
}

/** Where text goes; the process's own streams, or a test's. */
export interface Sink {
  write(text: string): unknown;
  readonly isColoured: boolean;
}

/** The mode that the command line asks for, known before it is parsed, because parsing may fail. */
export function outputModeOf(argv: readonly string[]): OutputMode {
  const end = argv.indexOf('--');
  const flags = end === -1 ? argv : argv.slice(0, end);
  if (flags.includes('--json')) return 'json';
  const isJsonl = flags.some(
    (flag, index) => flag === '--output=jsonl' || (flag === '--output' && flags[index + 1] === 'jsonl'),
  );
  return isJsonl ? 'jsonl' : 'text';
}

/** The standard output and error of one command. Everything printed passes here and is sanitized here. */
export class Output {
  readonly mode: OutputMode;
  readonly #stdout: Sink;
  readonly #stderr: Sink;
  readonly #now: () => Date;

  constructor(mode: OutputMode, stdout: Sink, stderr: Sink, now: () => Date = () => new Date()) {
    this.mode = mode;
    this.#stdout = stdout;
    this.#stderr = stderr;
    this.#now = now;
  }

  /** Text for a person, on standard output; not printed in the other modes. */
  print(text: string): void {
    if (this.mode === 'text') this.#stdout.write(`${toTerminal(text, this.#stdout.isColoured)}\n`);
  }

  /** A remark beside the result, on standard error, in every mode. */
  note(text: string): void {
    this.#stderr.write(`${toTerminal(text, this.#stderr.isColoured)}\n`);
  }

  /** An event for programs; printed in `jsonl` mode only. */
  emit(event: OutputEvent): void {
    if (this.mode === 'jsonl') this.#writeJson({ at: this.#now().toISOString(), ...event });
  }

  /** The result: the document of `--json`, the last line of `jsonl`. */
  result(result: unknown): void {
    if (this.mode === 'json') this.#writeJson(result ?? null, 2);
    this.emit({ event: 'result', result: result ?? null });
  }

  /** The error that ends the command. */
  failure(error: MeshError): void {
    if (this.mode === 'json') this.#writeJson({ error: error.toDocument() }, 2);
    else if (this.mode === 'jsonl') this.emit({ event: 'error', error: error.toDocument() });
    else this.#stderr.write(`${toTerminal(renderFailure(error), this.#stderr.isColoured)}\n`);
  }

  #writeJson(value: unknown, indent?: number): void {
    this.#stdout.write(`${sanitizeJson(JSON.stringify(value, null, indent))}\n`);
  }
}

/** A stream of the process as a sink. */
export function streamSink(stream: NodeJS.WriteStream, isColoured: boolean): Sink {
  return { write: (text) => stream.write(text), isColoured };
}
