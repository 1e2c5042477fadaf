import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { NOTICE_MARK } from '../script/notice.js';
import type { Script } from '../script/sh.js';
import { recordCommands, type Stage } from './record-commands.js';

/** A test of a script on a host, as data: the state goes in, commands come out. */
export interface CommandCase {
  /** The script and its behaviour: 'fetch takes a commit that the host has'. */
  readonly name: string;
  /** The content of the folder: folders ('a/'), links ('-> target') and files. */
  readonly host?: Readonly<Record<string, string>>;
  /** The answers of programs, besides those that all cases have: see {@link Stage}. */
  readonly programs?: Readonly<Record<string, string>>;
  /** See recordCommands(). `~` is the folder. */
  readonly commands: readonly string[];
  /** The output; default: none; `NOTICE ` is a notice's mark. */
  readonly prints?: string;
  /** The message when it fails, with status 1; by default it succeeds. */
  readonly fails?: string;
}

/** The result of a case, actual or expected. */
export type Outcome = Readonly<
  Required<Pick<CommandCase, 'commands' | 'prints' | 'fails'>> & { status: number | null }
>;

/** The place and names of a test's cases. */
export interface CaseStage extends Omit<Stage, 'shown'> {
  /** An empty folder, which the script knows. */
  readonly folder: string;
  /** Short words of a case, and their values: `{ ID: '20261123-101502-3f2a1bc' }`. */
  readonly names: Readonly<Record<string, string>>;
}

/** Runs a script on the state of a case. */
export function runCase(
  script: Script,
  { host = {}, programs }: CommandCase,
  { folder, names, ...stage }: CaseStage,
): Outcome {
  layOut(folder, host, names);
  const { status, stdout, stderr, commands } = recordCommands(script, {
    ...stage,
    programs: { ...stage.programs, ...programs },
    shown: {
      [folder]: '~',
      ...Object.fromEntries(Object.entries(names).map(([name, text]) => [text, name])),
      [NOTICE_MARK]: 'NOTICE ',
    },
  });
  return { status, commands, prints: stdout, fails: stderr.trimEnd() };
}

/** The expected result of a case. */
export function outcomeOf({ commands, prints = '', fails }: CommandCase): Outcome {
  return { status: fails === undefined ? 0 : 1, commands, prints, fails: fails ?? '' };
}

function layOut(
  folder: string,
  content: Required<CommandCase>['host'],
  names: CaseStage['names'],
): void {
  const long = (text: string): string =>
    Object.entries(names).reduce((all, [name, of]) => all.replaceAll(name, of), text);
  for (const [name, text] of Object.entries(content)) {
    const path = join(folder, long(name));
    const target = /^-> (.*)/.exec(text)?.[1];
    mkdirSync(name.endsWith('/') ? path : dirname(path), { recursive: true });
    if (target !== undefined) symlinkSync(long(target), path);
    else if (!name.endsWith('/')) writeFileSync(path, text);
  }
}
