import { statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { askHidden, passwordOf, type Password } from '@fairness-deploy/secrets/vault';
import { quoteText } from '@fairness-deploy/environment-file';
import {
  expandHome,
  homeFolder,
  readRegularFile,
  systemReason,
  UnreadableFile,
} from '@fairness-deploy/shell/client';
import { formatPlace, type Findings, type Place } from '../finding/finding.js';
import { ImportError } from '../finding/import-error.js';
import type { SetUpFiles } from '../file/set-up-files.js';
import type { VaultPassword } from './vault-passwords.js';

/** Where a password is said to be. */
export interface PasswordSource {
  /** `label@file`, `file`, `label@prompt` or `prompt`, as Ansible's --vault-id. */
  readonly id: string;
  /** The folder that a relative path starts in, absolute. */
  readonly from: string;
  /** The line of the set-up that names it; absent when the user's command line does. */
  readonly place?: Place;
}

/**
 * Reads the passwords. One that the set-up names is read only in its folder or in the user's home, and
 * no program is run: the set-up may be somebody else's. What can't be used is a finding there, and an
 * error when the command line names it.
 *
 * @throws ImportError
 */
export async function findPasswords(
  sources: readonly PasswordSource[],
  files: SetUpFiles,
  findings: Findings,
  ask: typeof askHidden = askHidden,
): Promise<readonly VaultPassword[]> {
  const found: VaultPassword[] = [];
  const seen = new Set<string>();
  for (const source of sources) {
    const { label, path } = parseVaultId(source.id);
    // The Makefile's calls name it once for each environment.
    const key = JSON.stringify([label, path === 'prompt' ? path : resolve(source.from, path)]);
    if (seen.has(key)) continue;
    seen.add(key);
    try {
      const password =
        path === 'prompt' ? await asked(label, ask) : readPassword(path, source, files);
      found.push({ label, password });
    } catch (error) {
      if (source.place === undefined || !(error instanceof ImportError)) throw error;
      findings.add('untranslated', source.place, error.message, error.hint);
    }
  }
  return found;
}

/** As Ansible does: what stands before the first `@` is the label, when there is one. */
export function parseVaultId(id: string): { readonly label: string; readonly path: string } {
  const at = id.indexOf('@');
  return at < 0
    ? { label: 'default', path: id }
    : { label: id.slice(0, at) || 'default', path: id.slice(at + 1) };
}

async function asked(label: string, ask: typeof askHidden): Promise<Password> {
  const typed = await ask(`Password of the vault ${quoteText(label)}: `);
  if (typed === undefined) {
    throw new ImportError(
      `Cannot ask for the password of the vault ${quoteText(label)}: there is no terminal`,
      { hint: `name a file: --vault-id=${label}@<file>` },
    );
  }
  return passwordOf(Buffer.from(typed), 'the terminal');
}

function readPassword(path: string, { from, place }: PasswordSource, files: SetUpFiles): Password {
  const file = resolve(from, expandHome(path));
  const named = place === undefined ? '' : `, which ${formatPlace(place)} names`;
  const refuse = (why: string, hint?: string): never => {
    throw new ImportError(`Cannot read the vault password ${quoteText(path)}${named}: ${why}`, {
      hint: hint ?? 'add --vault-password-file=<file>',
    });
  };
  if (place !== undefined && ![files.root, homeFolder()].some((folder) => isWithin(file, folder))) {
    refuse('it is neither in the folder of the set-up nor in your home');
  }
  try {
    const inside = files.within(file);
    if (inside !== undefined) files.see(inside);
    const content = readRegularFile(file, 64 * 1024);
    if ((statSync(file).mode & 0o111) !== 0) {
      refuse(
        'it is a program, which is not run',
        'write what it prints into a file (chmod 600): --vault-password-file=<file>',
      );
    }
    return passwordOf(content, file);
  } catch (error) {
    if (error instanceof ImportError) throw error;
    return refuse(error instanceof UnreadableFile ? error.message : systemReason(error));
  }
}

function isWithin(file: string, folder: string): boolean {
  const path = relative(folder, file);
  return path !== '' && path !== '..' && !path.startsWith(`..${sep}`) && !isAbsolute(path);
}
