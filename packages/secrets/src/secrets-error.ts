/**
 * Secrets can't be used: the message says which file, what is the case and what to do. It
 * never holds a secret's value.
 */
export class SecretsError extends Error {
  override readonly name = 'SecretsError';
  /** What to do, as something to paste where that can be. */
  readonly hint: string | undefined;

  /** @param hint follows the message on a line of its own. */
  constructor(
    message: string,
    { hint, cause }: { hint?: string | undefined; cause?: unknown } = {},
  ) {
    super(hint === undefined ? message : `${message}\n  → ${hint}`, { cause });
    this.hint = hint;
  }
}

/** What is wrong with the bytes of an encrypted file; whoever knows the file makes a SecretsError of it. */
export class FormatError extends Error {
  override readonly name = 'FormatError';
  readonly hint: string | undefined;

  /** @param message a clause that follows `Cannot open <file>: `. */
  constructor(message: string, hint?: string, options: { cause?: unknown } = {}) {
    super(message, options);
    this.hint = hint;
  }
}
