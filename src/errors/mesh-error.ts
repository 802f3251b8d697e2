import { catalogue, type ErrorCode } from './catalogue/index.ts';
import { fillTemplate, type CatalogueEntry, type ErrorArgument, type Placeholders } from './entry.ts';
import type { ExitCode } from './exit-codes.ts';

type Catalogue = typeof catalogue;
type NamesIn<Entry extends CatalogueEntry> = Placeholders<Entry['title'] | Entry['cause'] | Entry['fix']>;

/** The arguments that an error code's texts need. */
export type ErrorArgs<Code extends ErrorCode> = { readonly [Name in NamesIn<Catalogue[Code]>]: ErrorArgument };

/** What may go with any error. */
export interface MeshErrorOptions {
  /** The error underneath; for logs and bug reports, never for the user's eyes first. */
  readonly cause?: unknown;
  /** Further lines, one finding each, shown below the cause. */
  readonly details?: readonly string[];
}

/** An error as `--json` prints it under the key `error`. */
export interface ErrorDocument {
  code: ErrorCode;
  title: string;
  cause: string;
  fix: string;
  exit: ExitCode;
  args: Record<string, ErrorArgument>;
  details?: string[];
}

/** A failure that the catalogue explains. Made by {@link meshError} only. */
export class MeshError extends Error {
  override readonly name = 'MeshError';
  readonly code: ErrorCode;
  readonly args: Readonly<Record<string, ErrorArgument>>;
  readonly title: string;
  /** The filled-in cause line; `cause` itself is the error underneath. */
  readonly causeText: string;
  readonly fixText: string;
  readonly exit: ExitCode;
  readonly details: readonly string[];

  constructor(code: ErrorCode, args: Readonly<Record<string, ErrorArgument>>, options: MeshErrorOptions = {}) {
    const entry: CatalogueEntry = catalogue[code];
    const causeText = fillTemplate(entry.cause, args);
    super(`${code}: ${causeText}`, 'cause' in options ? { cause: options.cause } : {});
    this.code = code;
    this.args = args;
    this.title = fillTemplate(entry.title, args);
    this.causeText = causeText;
    this.fixText = fillTemplate(entry.fix, args);
    this.exit = entry.exit;
    this.details = options.details ?? [];
  }

  /** The same error with further lines. */
  withDetails(lines: readonly string[]): MeshError {
    if (lines.length === 0) return this;
    return new MeshError(this.code, this.args, { cause: this, details: [...this.details, ...lines] });
  }

  /** What machines read. */
  toDocument(): ErrorDocument {
    const { code, title, causeText: cause, fixText: fix, exit } = this;
    const document: ErrorDocument = { code, title, cause, fix, exit, args: { ...this.args } };
    return this.details.length > 0 ? { ...document, details: [...this.details] } : document;
  }
}

type Rest<Code extends ErrorCode> = [NamesIn<Catalogue[Code]>] extends [never]
  ? [args?: Readonly<Record<string, never>>, options?: MeshErrorOptions]
  : [args: ErrorArgs<Code>, options?: MeshErrorOptions];

/** Makes a coded error. The arguments are those that the code's texts name, no more and no fewer. */
export function meshError<Code extends ErrorCode>(code: Code, ...rest: Rest<Code>): MeshError {
  const [args = {}, options] = rest;
  return new MeshError(code, args, options);
}

/** Whether `error` is a coded error, of that code if one is given. */
export function isMeshError(error: unknown, code?: ErrorCode): error is MeshError {
  return error instanceof MeshError && (code === undefined || error.code === code);
}
