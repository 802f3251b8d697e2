import { confirm, input, select } from '@inquirer/prompts';
import { meshError } from '../errors/mesh-error.ts';
import { sanitizeLine } from '../report/sanitize.ts';

/** What is asked, and the flag that answers it where nobody can be asked. */
export interface Question {
  readonly message: string;
  /** As typed on the command line: `--yes`, or `--provider NAME`. */
  readonly flag: string;
}

/** Where questions are put: standard error, so that standard output stays the result. */
const context = { output: process.stderr };

/** Yes or no. Without a terminal a coded error that names the flag. */
export function askYesNo(question: Question & { readonly initial?: boolean }): Promise<boolean> {
  return ask(question, (message) => confirm({ message, default: question.initial ?? false }, context));
}

/** A line of text. */
export function askText(question: Question & { readonly initial?: string }): Promise<string> {
  const { initial } = question;
  return ask(question, (message) =>
    input(initial === undefined ? { message } : { message, default: initial }, context),
  );
}

/** One of several. */
export function askChoice<Value extends string>(
  question: Question & { readonly choices: readonly Value[] },
): Promise<Value> {
  return ask(question, (message) => select<Value>({ message, choices: [...question.choices] }, context));
}

/** The one place that prompts: off-TTY a prompt can hang or end the process in silence. */
async function ask<T>({ message, flag }: Question, prompt: (message: string) => Promise<T>): Promise<T> {
  if (!process.stdin.isTTY || !process.stderr.isTTY)
    throw meshError('MW1003', { question: sanitizeLine(message), flag });
  try {
    return await prompt(sanitizeLine(message));
  } catch (error) {
    if (error instanceof Error && error.name === 'ExitPromptError') throw meshError('MW1901', {}, { cause: error });
    throw error;
  }
}
