import { printable } from './printable.js';

/** The hint and other parts of a {@link HintedError}. */
export interface HintedErrorOptions extends ErrorOptions {
  readonly hint?: string | undefined;
}

/**
 * An error with a message `Cannot <act> <object>: <what is the case>`; the hint, apart from it,
 * says what to do.
 */
export class HintedError extends Error {
  override readonly name: string = 'HintedError';
  /** What to do: a command or a line to paste where there is one, or a sentence. */
  readonly hint: string | undefined;

  constructor(message: string, { hint, ...options }: HintedErrorOptions = {}) {
    super(message, options);
    this.hint = hint;
  }
}

/** An error's words for people, in its parts. */
export interface Failure {
  readonly message: string;
  readonly hint?: string;
}

/**
 * The message and the hint of any thrown value. A hint counts whichever copy of the class made the
 * error.
 */
export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { message: String(error) };
  const hint = 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined;
  return { message: error.message, ...(hint !== undefined && { hint }) };
}

/** A text, and below it the hint: `  → …`. */
export function withHint(text: string, hint: string | undefined, indent = '  '): string {
  if (hint === undefined) return text;
  return `${text}\n${indent}→ ${hint.replaceAll('\n', `\n${indent}  `)}`;
}

/** What withHint() makes; lines below a hint's first one are its own. */
const TEXT_WITH_HINT = /^([^]*)\n {2}→ ([^\n]*(?:\n {4}[^\n]*)*)$/;

/** The error for what a script said of its failure: a hint that it printed last (see fail()) is the error's. */
export function printedError(said: string): HintedError {
  const [, message = said, hint] = TEXT_WITH_HINT.exec(said) ?? [];
  return new HintedError(message, { hint: hint?.replaceAll('\n    ', '\n') });
}

/** Any thrown value, as a terminal shows it to people: its message, and below it its hint. */
export function describeFailure(error: unknown): string {
  const { message, hint } = failureOf(error);
  return printable(withHint(message, hint));
}

/** The same failure for a program that shows the message alone, as Nx does for its generators: with the hint in it. */
export function inOneMessage(error: unknown): unknown {
  if (failureOf(error).hint === undefined) return error;
  return new Error(describeFailure(error), { cause: error });
}
