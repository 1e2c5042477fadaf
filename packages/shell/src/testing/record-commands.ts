import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Script } from '../script/sh.js';
import { quote } from '../text/quote.js';

/** Where a script runs, and the replacements of the programs that it calls. */
export interface Stage {
  /**
   * Programs by their names, whose calls are recorded: each is a script for sh, '' for one that
   * succeeds. {@link REAL} in it is the program itself.
   */
  readonly programs: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
  /** How texts are shown in the records: the first match is replaced first. */
  readonly shown?: Readonly<Record<string, string>>;
}

/** The record of a script's run. */
export interface Recorded {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /**
   * The calls, as they would be typed: `user: ` before one as another user, and `cd folder` before
   * one that runs elsewhere than the last one.
   */
  readonly commands: readonly string[];
}

/** Within a program's script: the program that it replaces, with the words of its call. */
export const REAL = 'PATH="${PATH#*:}" command "${0##*/}" "$@"';

/**
 * Runs a script under dash with `set -eu`, as the user of the test, and records which programs it
 * calls. The shell itself has taken the words apart, so that a wrong quote shows as a wrong word.
 * `runuser`, see asUser(), runs its script as the user of the test.
 */
export function recordCommands(script: Script, { programs, variables, shown }: Stage): Recorded {
  const folder = mkdtempSync(join(tmpdir(), 'fd-stage-'));
  try {
    const log = join(folder, 'log');
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    const add = (name: string, text: string): void => {
      writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
      chmodSync(join(bin, name), 0o755);
    };
    for (const [name, text] of Object.entries(programs)) {
      add(
        name,
        `printf '%s\\0' "$(($# + 3))" "\${FD_STAGE_USER-}" "$PWD" "\${0##*/}" "$@" >>${quote(log)}\n${text}`,
      );
    }
    // runuser --login --shell=/bin/sh <user> -c <command>
    add('runuser', 'FD_STAGE_USER=$3\nexport FD_STAGE_USER\nexec sh -c "$5"');
    const { status, stdout, stderr } = spawnSync('dash', ['-eus'], {
      input: script.reveal(),
      cwd: '/',
      encoding: 'utf8',
      env: { ...variables, PATH: `${bin}:${process.env['PATH'] ?? ''}` },
    });
    const show = (text: string): string =>
      Object.entries(shown ?? {}).reduce((all, [from, to]) => all.replaceAll(from, to), text);
    return {
      status,
      stdout: show(stdout),
      stderr: show(stderr),
      commands: existsSync(log) ? typed(readFileSync(log, 'utf8').split('\0').map(show)) : [],
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** @param words for each call how many there are, the user, the folder, the program and its words */
function typed(words: readonly string[]): readonly string[] {
  const commands: string[] = [];
  let last = '/';
  for (let at = 0; at < words.length - 1;) {
    const count = Number(words[at]);
    const [user = '', folder = '', ...call] = words.slice(at + 1, at + 1 + count);
    if (folder !== last) commands.push(`cd ${word(folder)}`);
    last = folder;
    commands.push(`${user === '' ? '' : `${user}: `}${call.map(word).join(' ')}`);
    at += count + 1;
  }
  return commands;
}

/** Quoted, but for a `~` at its begin, which stands for a folder that is shown so. */
function word(text: string): string {
  return text === '~' || text.startsWith('~/')
    ? `~${text.slice(1) && quote(text.slice(1))}`
    : quote(text);
}
