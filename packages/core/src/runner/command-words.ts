import { HintedError, printable, quote } from '@fairness-deploy/shell/text';

/** Words as they would be typed in a shell, on one line. */
export function describeWords(words: readonly string[]): string {
  return words.map((word) => quote(printable(word).replaceAll(/\s/g, ' '))).join(' ');
}

/** What is asked to run a command of words. */
export interface WordsRequest {
  /** What it does, up to the command, such as `run a task`. */
  readonly act: string;
  /** The name of the command that takes the words: `task`. */
  readonly command: string;
  readonly environment: string;
  /** The program and its words. */
  readonly words: readonly string[];
  /** An option that Nx has dropped. */
  readonly dropped?: string | undefined;
  /** Words of an example. */
  readonly example: string;
}

/**
 * Checks the words of a command that a host runs without a shell.
 *
 * @throws HintedError when there are none, or they can't be a program and its words; when Nx has dropped
 *   an option.
 */
export function checkWords(request: WordsRequest): void {
  const { act, command, environment, words, dropped, example } = request;
  if (dropped !== undefined) {
    throw new HintedError(`Cannot ${act}: Nx drops ${dropped}, as it stands before --`, {
      hint: `npx nx run ${environment}:${command} -- ${dropped} ${describeWords(words)}`,
    });
  }
  const [program] = words;
  const usage = `node_modules/.bin/fairness-deploy ${command} ${environment} -- ${example}`;
  if (program === undefined || program === '') {
    throw new HintedError(`Cannot ${act}: no command is given`, { hint: usage });
  }
  if (program.startsWith('-')) {
    throw new HintedError(`Cannot ${act}: it has no option "${program}"`, {
      hint: `fairness-deploy ${command} --help; the command comes behind the options: ${usage}`,
    });
  }
  if (words.length === 1 && /\s/.test(program)) {
    throw new HintedError(
      `Cannot run "${program}": it is one word with spaces, and the name of no program`,
      {
        hint: `leave the quotes out: -- ${program}\nor let a shell run it: -- sh -c ${describeWords([program])}`,
      },
    );
  }
}
