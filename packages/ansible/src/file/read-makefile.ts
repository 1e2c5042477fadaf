/** What a Makefile says about calls of Ansible: options that no other file has. */
import { shellWords, UnclosedQuote } from '../value/shell-words.js';

export interface MakefileCalls {
  readonly options: readonly MakefileOption[];
  readonly targets: readonly { readonly name: string; readonly line: number }[];
}

/** An option of ansible-playbook. */
export interface MakefileOption {
  readonly name: 'inventory' | 'extra-vars' | 'vault-password-file' | 'vault-id';
  readonly value: string;
  readonly line: number;
}

const OPTIONS: Readonly<Record<string, MakefileOption['name']>> = {
  ...{ '-i': 'inventory', '--inventory': 'inventory', '--inventory-file': 'inventory' },
  ...{ '-e': 'extra-vars', '--extra-vars': 'extra-vars' },
  ...{ '--vault-password-file': 'vault-password-file', '--vault-pass-file': 'vault-password-file' },
  '--vault-id': 'vault-id',
};
const DEEPEST = 10;
const LONGEST_CHARACTERS = 10_000;

/**
 * Reads the options of all calls, each once. A variable that the Makefile does not set is the one that the
 * user gives, `env=`: it becomes the environment's name.
 */
export function readMakefile(text: string, environment: string): MakefileCalls {
  const lines = joinedLines(text);
  const variables = new Map<string, string>();
  for (const line of lines) {
    const set = /^\s*(?:export\s+)?([\w.-]+)\s*[:?]?=\s*(.*?)\s*$/.exec(line);
    if (set && !line.startsWith('\t')) variables.set(set[1] ?? '', set[2] ?? '');
  }
  const expand = (given: string, depth = 0): string =>
    depth > DEEPEST || given.length > LONGEST_CHARACTERS
      ? ''
      : given.replaceAll(
          /\$(?:\(([\w.-]+)\)|\{([\w.-]+)\})/g,
          (_, round?: string, curly?: string) => {
            const value = variables.get(round ?? curly ?? '');
            return value === undefined ? environment : expand(value, depth + 1);
          },
        );
  const options = new Map<string, MakefileOption>();
  for (const [at, line] of lines.entries()) {
    const set = /^\s*(?:export\s+)?[\w.-]+\s*[:?]?=\s*(.*)$/.exec(line);
    const given =
      set && !line.startsWith('\t') ? (set[1] ?? '') : line.startsWith('\t') ? line : '';
    for (const option of optionsIn(expand(given), at + 1)) {
      const key = `${option.name} ${option.value}`;
      if (!options.has(key)) options.set(key, option);
    }
  }
  const targets = lines.flatMap((line, at) => {
    const name = /^([A-Za-z][\w.-]*)\s*:(?!=)/.exec(line)?.[1];
    return name === undefined ? [] : [{ name, line: at + 1 }];
  });
  return { options: [...options.values()], targets };
}

/** Lines that end with a backslash go on in the next; the others keep their numbers. */
function joinedLines(text: string): readonly string[] {
  const lines = text.split('\n');
  for (let at = lines.length - 2; at >= 0; at -= 1) {
    const line = lines[at] ?? '';
    if (!line.endsWith('\\')) continue;
    lines[at] = `${line.slice(0, -1)} ${(lines[at + 1] ?? '').trimStart()}`;
    lines[at + 1] = '';
  }
  return lines;
}

function optionsIn(line: string, at: number): readonly MakefileOption[] {
  let words: readonly string[];
  try {
    words = shellWords(line);
  } catch (error) {
    if (error instanceof UnclosedQuote) return [];
    throw error;
  }
  return words.flatMap((word, index): readonly MakefileOption[] => {
    const [, long = '', joined] = /^(--[\w-]+)=([^]*)$/.exec(word) ?? [];
    const option = OPTIONS[joined === undefined ? word : long];
    const value = joined ?? words[index + 1];
    return option === undefined || value === undefined ? [] : [{ name: option, value, line: at }];
  });
}
