import type { ExitCode } from './exit-codes.ts';

/** `MW` and four digits; the first two name the area. A code is never reused. */
export type CodePattern = `MW${number}`;

/** One entry of the catalogue. Texts are templates: `{host}` stands for the argument `host`. */
export interface CatalogueEntry {
  /** What happened, in a few words. */
  readonly title: string;
  /** Why it happened, in one line, naming the subject. */
  readonly cause: string;
  /** What to do about it, in one line. */
  readonly fix: string;
  readonly exit: ExitCode;
}

/** The names between braces in a template. */
export type Placeholders<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | Placeholders<Rest>
  : never;

/** What a template's placeholders may be filled with. */
export type ErrorArgument = string | number;

/** Keeps the literal texts of the entries, from which argument types are inferred. */
export function defineErrors<const Entries extends Record<CodePattern, CatalogueEntry>>(entries: Entries): Entries {
  return entries;
}

/** The placeholders of a template, at run time. */
export function placeholdersOf(template: string): string[] {
  return [...template.matchAll(/\{([A-Za-z]\w*)\}/g)].map((match) => match[1] as string);
}

/** Fills a template. A value's line breaks become ` | `, so that no value can pose as further lines. */
export function fillTemplate(template: string, args: Readonly<Record<string, ErrorArgument>>): string {
  return template.replace(/\{([A-Za-z]\w*)\}/g, (whole, name: string) => {
    const value = args[name];
    return value === undefined
      ? whole
      : String(value)
          .trim()
          .replaceAll(/\s*[\r\n\u2028\u2029]+\s*/g, ' | ');
  });
}
