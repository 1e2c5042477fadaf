/** What went wrong with a sandbox, in the form `Cannot <act> <object>: <what is the case>`, and what to do next. */
export class SandboxError extends Error {
  override readonly name = 'SandboxError';

  constructor(
    message: string,
    /** What to do next, in a form that can be pasted where there is one. */
    readonly hint?: string,
    options?: ErrorOptions,
  ) {
    super(
      hint === undefined ? message : `${message}\n  → ${hint.replaceAll('\n', '\n    ')}`,
      options,
    );
  }
}
