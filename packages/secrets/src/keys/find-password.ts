import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { childEnvironment, readRegularFile, systemReason } from '@fairness-deploy/shell/client';
import { environmentsFolder, shown, type Place } from '../environment/place.js';
import type { PasswordSettings } from '../environment/section.js';
import type { Password } from '../file/keys.js';
import { quote } from '@fairness-deploy/shell/text';
import { SecretsError } from '../secrets-error.js';
import { FoundPassword } from './found-password.js';
import { refuseUnlessIgnored } from './refuse-unless-ignored.js';

const PASSWORD_VARIABLE = 'FAIRNESS_VAULT_PASSWORD';
const FILE = 'vault-password';

/** What the search for keys needs of the world. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Says what isn't as it should be, without stopping. */
  readonly warn: (text: string) => void;
  /** Where secrets.password.command runs; in the workspace unless told. */
  readonly commandFolder?: string;
}

/** There is no password anywhere, as against one that can't be used. */
export class NoPassword extends SecretsError {}

/**
 * Finds the password of an environment's vault: an environment variable, then a file, then
 * a command. Its bytes are whatever they are; blanks around them are taken off, as Ansible does.
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
    refuseProgram(path, name);
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

/** Where the password is looked for: at the environments' root unless told. */
export function passwordFile(place: Place, file: string | undefined): string {
  return file === undefined
    ? resolve(environmentsFolder(place), FILE)
    : resolve(place.folder, file);
}

/** Those of Python's bytes.strip(), by which Ansible takes off what surrounds a password. */
const BLANKS = ' \t\n\r\v\f';
/** What it takes off what a program prints. */
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

/** Ansible runs such a file, and takes what it prints. */
function refuseProgram(path: string, name: string): void {
  if ((statSync(path).mode & 0o111) === 0) return;
  throw new SecretsError(`Cannot read the password from ${name}: it is a program, expected text`, {
    hint: `chmod 600 ${quote(name)}; a program that prints it is named by secrets.password.command in environment.yaml`,
  });
}

/** Such a key or password is no secret any more. */
export function warnIfOthersMayRead(path: string, name: string, warn: World['warn']): void {
  if ((statSync(path).mode & 0o077) === 0) return;
  warn(`Warning: others on this machine may read ${name}: chmod 600 ${quote(name)}`);
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
