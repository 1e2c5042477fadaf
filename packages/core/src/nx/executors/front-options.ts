import { execFileSync } from 'node:child_process';
import { childEnvironment } from '@fairness-deploy/shell/client';

/** The options that may stand before a command's words: a flag, one with a text or a number, or one that may come again. */
export type FrontOptions = Readonly<Record<string, 'flag' | 'text' | 'number' | 'list'>>;

interface Values {
  readonly flag: boolean;
  readonly text: string;
  readonly number: number;
  readonly list: readonly string[];
}

/** The values of such options that were given. */
export type FrontValues<Known extends FrontOptions> = {
  readonly [Name in keyof Known]?: Values[Known[Name]];
};

/** An executor's options, as Nx or `fairness-deploy` passes them. */
export type GivenOptions<Known extends FrontOptions> = FrontValues<Known> & {
  /**
   * From Nx: everything behind the target's name, or behind a `--` when there is one; Nx then drops
   * the words before it. From `fairness-deploy`: a `--` and the words behind it.
   */
  readonly __unparsed__?: readonly string[];
};

/**
 * Separates an executor's own options from the words of a command to run. Nx finds options in the
 * command as well, so only those before the command count.
 */
export function frontOptions<Known extends FrontOptions>(
  { __unparsed__: unparsed = [], ...parsed }: GivenOptions<Known>,
  known: Known,
): { readonly options: FrontValues<Known>; readonly words: readonly string[] } {
  // Sound: without the words, they are the options.
  const own = parsed as unknown as FrontValues<Known>;
  if (unparsed[0] === '--') return { options: own, words: unparsed.slice(1) };
  // The options of a target in project.json.
  if (unparsed.length === 0) return { options: own, words: [] };
  const options: Record<string, Values[keyof Values]> = {};
  let words = unparsed;
  for (;;) {
    const [, name = '', value] = /^--([\w-]+)(?:=(.*))?$/s.exec(words[0] ?? '') ?? [];
    const kind = Object.hasOwn(known, name) ? known[name] : undefined;
    if (kind === undefined) break;
    const text = value ?? words[1] ?? '';
    if (kind === 'flag') options[name] = value !== 'false';
    else if (kind === 'list') options[name] = [...listOf(options[name]), text];
    else options[name] = kind === 'number' ? Number(text) : text;
    words = words.slice(kind !== 'flag' && value === undefined ? 2 : 1);
  }
  return {
    // Sound: the loop has put in what `known` says.
    options: options as FrontValues<Known>,
    words: words[0] === '--' ? words.slice(1) : words,
  };
}

function listOf(value: Values[keyof Values] | undefined): readonly string[] {
  return typeof value === 'object' ? value : [];
}

/**
 * The command line of the Nx that runs this process, its words separated by spaces; undefined
 * without Nx, or where ps(1) doesn't tell it.
 */
export function nxCommandLine(
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const { NX_TASK_TARGET_TARGET: target, NX_INVOCATION_ROOT_PID: root = '' } = env;
  if (target === undefined || !/^\d+$/.test(root)) return undefined;
  try {
    return execFileSync('ps', ['-ww', '-o', 'args=', '-p', root], {
      encoding: 'utf8',
      env: childEnvironment(),
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  } catch {
    return undefined;
  }
}

/**
 * An option that Nx has dropped: it does so with all that stands before `--`. A command must not
 * run elsewhere than it was asked to.
 */
export function droppedOption(commandLine: string, known: FrontOptions): string | undefined {
  const end = commandLine.search(/\s--(?:\s|$)/);
  if (end === -1) return undefined;
  const options = commandLine.slice(0, end).split(/\s+/);
  return options.find((word) => Object.hasOwn(known, /^--([\w-]+)/.exec(word)?.[1] ?? ''));
}
