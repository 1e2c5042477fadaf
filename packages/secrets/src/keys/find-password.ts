import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  childEnvironment,
  isOnWindowsDrive,
  protectionHint,
  readRegularFile,
  systemReason,
} from '@fairness-deploy/shell/client';
import { environmentsFolder, shown, type Place } from '../environment/place.js';
import type { PasswordSettings } from '../environment/section.js';
import type { Password } from '../file/keys.js';
import { quote } from '@fairness-deploy/shell/text';
import { SecretsError } from '../secrets-error.js';
import { FoundPassword } from './found-password.js';
import { refuseUnlessIgnored } from './refuse-unless-ignored.js';

const PASSWORD_VARIABLE = 'FAIRNESS_VAULT_PASSWORD';
const FILE = 'vault-password';

/** The parts of the machine that the search for keys uses. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Reports a warning. */
  readonly warn: (text: string) => void;
  /** The folder in which secrets.password.command runs; default: the workspace. */
  readonly commandFolder?: string;
}

/** There is no password anywhere, unlike one that can't be used. */
export class NoPassword extends SecretsError {}

/**
 * Finds the password of an environment's vault: a variable, then a file, then a command. It may be
 * any bytes; blanks around them are removed, as Ansible does.
 *
 * @throws NoPassword when there is none; SecretsError when git doesn't ignore the file, or the
 *   command fails.
 */
export async function findPassword(
  place: Place,
  { variable = PASSWORD_VARIABLE, file, command }: PasswordSettings,
  { env, warn, commandFolder = place.workspace }: World,
): Promise<Password> {
  const value = env[variable];
  if (value !== undefined && value.trim() !== '') return passwordOf(Buffer.from(value), variable);
  const path = passwordFile(place, file);
  const name = shown(place, path);
  const content = readIfThere(path, name);
  if (content !== undefined) {
    await refuseUnlessIgnored(path, name);
    if (isProgram(path, statSync(path).mode, content)) throw programError(name);
    warnIfOthersMayRead(path, name, warn);
    return passwordOf(content, name);
  }
  const [program, ...args] = command ?? [];
  if (program !== undefined) {
    const output = await requireOutput(program, args, commandFolder);
    return passwordOf(output, `the command ${program}`, LINE_BREAKS);
  }
  throw new NoPassword(
    `Cannot find the password of ${place.environment}'s secrets: ${variable} is not set, there is no ${name}, and environment.yaml has no secrets.password.command`,
    {
      hint: `ask your team for it, and write it into ${name} (chmod 600); git must ignore that file`,
    },
  );
}

/** The file of the password; default: at the environments' root. */
export function passwordFile(place: Place, file: string | undefined): string {
  return file === undefined
    ? resolve(environmentsFolder(place), FILE)
    : resolve(place.folder, file);
}

/** The blanks of Python's bytes.strip(), with which Ansible trims a password. */
const BLANKS = ' \t\n\r\v\f';
/** The blanks that it removes from a program's output. */
const LINE_BREAKS = '\r\n';

/** @throws SecretsError when it is empty. */
export function passwordOf(given: Buffer, from: string, blanks = BLANKS): Password {
  const isBlank = (byte: number): boolean => blanks.includes(String.fromCharCode(byte));
  const begin = given.findIndex((byte) => !isBlank(byte));
  const end = given.findLastIndex((byte) => !isBlank(byte)) + 1;
  if (begin < 0) throw new SecretsError(`Cannot use the password from ${from}: it is empty`);
  return new FoundPassword(given.subarray(begin, end), from);
}

function readIfThere(path: string, name: string): Buffer | undefined {
  try {
    return readRegularFile(path);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new SecretsError(`Cannot read the password from ${name}: ${systemReason(cause)}`, {
      cause,
    });
  }
}

/** The first bytes of what the kernel runs: a script, or a program in ELF. */
const PROGRAMS = [Buffer.from('#!'), Buffer.from('\u007fELF')];

/**
 * Whether a file is a program: Ansible runs such a file, and uses its output. On a drive of Windows, the mode says so
 * of every file: there, its content decides.
 */
export function isProgram(path: string, mode: number, content: Buffer): boolean {
  if ((mode & 0o111) === 0) return false;
  const isOne = PROGRAMS.some((first) => content.subarray(0, first.length).equals(first));
  return isOne || !isOnWindowsDrive(path);
}

function programError(name: string): SecretsError {
  return new SecretsError(`Cannot read the password from ${name}: it is a program, expected text`, {
    hint: `chmod 600 ${quote(name)}; a program that prints it is named by secrets.password.command in environment.yaml`,
  });
}

/** Such a key or password may be known to others. */
export function warnIfOthersMayRead(path: string, name: string, warn: World['warn']): void {
  if ((statSync(path).mode & 0o077) === 0) return;
  warn(`Warning: others on this machine may read ${name}: ${protectionHint(path, name)}`);
}

/** It may ask on the terminal; only what it prints on standard output is the password. */
function requireOutput(program: string, args: readonly string[], cwd: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => {
      reject(
        new SecretsError(`Cannot get the password from the command ${program}: ${why}`, {
          hint: 'secrets.password.command in environment.yaml says what is run',
        }),
      );
    };
    const child = spawn(program, args, {
      cwd,
      env: childEnvironment(),
      stdio: ['inherit', 'pipe', 'inherit'],
    });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => void chunks.push(chunk));
    child.on('error', (error) => {
      fail(error.message);
    });
    child.on('close', (status) => {
      if (status === 0) resolve(Buffer.concat(chunks));
      else fail(`it ended with status ${String(status)}`);
    });
  });
}
