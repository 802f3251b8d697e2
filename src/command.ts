import { stripVTControlCharacters } from 'node:util';
import { Command, Errors, Flags, type Interfaces, run, settings } from '@oclif/core';
import { ExitCode } from './errors/exit-codes.ts';
import { isMeshError, meshError, type MeshError } from './errors/mesh-error.ts';
import { untilInterrupted, watchInterruption } from './interruption.ts';
import { Output, type OutputEvent, outputModeOf, streamSink } from './report/output.ts';
import { hasColour } from './report/style.ts';

/** The parsed flags of a command class, with those that every command has. */
export type FlagsOf<Class extends typeof Command> = Interfaces.InferredFlags<
  (typeof MeshCommand)['baseFlags'] & Class['flags']
>;
/** The parsed arguments of a command class. */
export type ArgsOf<Class extends typeof Command> = Interfaces.InferredArgs<Class['args']>;

/**
 * What every command of mesh is: it parses its flags, calls one function, and returns the result, whose type is the
 * schema of `--json`. It throws coded errors; this file alone renders them and sets the exit status.
 */
export abstract class MeshCommand<Result> extends Command {
  static override baseFlags = {
    json: Flags.boolean({ description: 'Print the result as one JSON document.', helpGroup: 'OUTPUT' }),
    output: Flags.option({
      description: 'Print text, or events as JSON lines.',
      helpGroup: 'OUTPUT',
      options: ['text', 'jsonl'] as const,
    })({ exclusive: ['json'] }),
  };

  /** A command that ends itself at a safe point when {@link interrupt} aborts; others are cut short. */
  protected readonly stopsItself: boolean = false;
  readonly #output = processOutput(this.argv);
  #interrupt: AbortSignal = new AbortController().signal;
  #exit: ExitCode = ExitCode.done;

  /** Does the work and returns what `--json` prints. */
  abstract override run(): Promise<Result>;

  /** Aborted by the first Ctrl-C or SIGTERM; its reason is the coded error to throw once it is safe to end. */
  protected get interrupt(): AbortSignal {
    return this.#interrupt;
  }

  /** Text for a person. Silent with `--json` and `--output jsonl`. */
  protected print(text: string): void {
    this.#output.print(text);
  }

  /** A remark beside the result, on standard error. */
  protected note(text: string): void {
    this.#output.note(text);
  }

  /** An event for programs; one line with `--output jsonl`, nothing otherwise. */
  protected emit(event: OutputEvent): void {
    this.#output.emit(event);
  }

  /** How standard output is used; `text` leaves room for progress. */
  protected get outputMode(): Output['mode'] {
    return this.#output.mode;
  }

  /** The exit status of a command that ends well but not with 0: changes present, paused. */
  protected endWith(exit: ExitCode): void {
    this.#exit = exit;
  }

  protected override async _run<T>(): Promise<T> {
    const interruption = watchInterruption();
    this.#interrupt = interruption.signal;
    try {
      const work = this.run();
      const result = await (this.stopsItself ? work : untilInterrupted(work, interruption.signal));
      this.#output.result(result);
      process.exitCode = this.#exit;
      return result as unknown as T;
    } catch (error) {
      throw toMeshError(error, `mesh ${this.id?.replaceAll(':', ' ') ?? ''}`);
    } finally {
      interruption.stop();
    }
  }
}

function processOutput(argv: readonly string[]): Output {
  const sinks = [process.stdout, process.stderr].map((stream) =>
    streamSink(stream, hasColour({ isTty: stream.isTTY, environment: process.env })),
  );
  return new Output(outputModeOf(argv), sinks[0]!, sinks[1]!);
}

/** Any error as a coded one: oclif's are about the command line, and what nobody foresaw is our bug. */
export function toMeshError(error: unknown, command = 'mesh'): MeshError {
  if (isMeshError(error)) return error;
  if (error instanceof Errors.CLIError && !(error instanceof Errors.ModuleLoadError)) return usageError(error, command);
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return meshError('MW1999', { detail }, { cause: error, details: stackLines(error) });
}

function usageError(error: Error, command: string): MeshError {
  const unknown = /^[Cc]ommand (\S+) not found/.exec(error.message)?.[1];
  if (unknown !== undefined) return meshError('MW1002', { command: `mesh ${unknown.replaceAll(':', ' ')}` });
  const detail = stripVTControlCharacters(error.message)
    .replace(/\s*See more help with --help\s*$/, '')
    .replace(/^The following errors? occurred:\s*/, '');
  return meshError('MW1001', { command, detail }, { cause: error });
}

function stackLines(error: unknown): string[] {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  return stack
    .split('\n')
    .slice(1, 9)
    .map((line) => line.trim());
}

/** Runs mesh in this process and ends it with the exit status of design section 9, never oclif's own. */
export async function runMesh(argv: string[], load: Interfaces.LoadOptions): Promise<never> {
  settings.enableAutoTranspile = false;
  const end = async (error: unknown): Promise<never> => {
    const meshed = toMeshError(error);
    processOutput(argv).failure(meshed);
    return await endProcess(meshed.exit);
  };
  process.on('uncaughtException', (error) => void end(error));
  process.on('unhandledRejection', (error) => void end(error));
  try {
    await run(argv, load);
  } catch (error) {
    return await end(error);
  }
  return await endProcess(process.exitCode ?? ExitCode.done);
}

/** Ends the process once all output was taken: a pipe holds 64 KiB, and what is beyond them is still on its way. */
async function endProcess(status: number | string): Promise<never> {
  await Promise.all([process.stdout, process.stderr].map(taken));
  process.exit(status);
}

/** Resolves when a stream's reader has all of it, or is gone. */
function taken(stream: NodeJS.WriteStream): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  stream.on('error', () => resolve());
  stream.write('', () => resolve());
  return promise;
}
