import { constants, closeSync, fstatSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { maskerOf } from '@fairness-deploy/secrets';
import { Secret } from '@fairness-deploy/shell/secret';
import type { WatchSettings } from './watch-settings.js';

/** Larger files hold no variables of ours. */
const MOST_BYTES = 1024 * 1024;

/**
 * A function that masks the secrets of the application: the values of its variables that hold one, as the
 * releases on this host have them. So no secret is kept here only to be masked.
 */
export function maskOf(secrets: WatchSettings['secrets']): (text: string) => string {
  if (!secrets) return (text) => text;
  const { folder, variables } = secrets;
  const values = filesIn(folder).flatMap((file) => valuesIn(readVariables(file), variables));
  return maskerOf([...new Set(values)].map((value) => new Secret('variable', value)));
}

/** The values of variables in lines `NAME='value'` for a shell. Pure. */
export function valuesIn(text: string, names: readonly string[]): readonly string[] {
  const pattern = /(?<![\w'])([A-Za-z_]\w*)='((?:[^']|'\\'')*)'(?!')/g;
  return [...text.matchAll(pattern)].flatMap(([, name = '', value = '']) =>
    names.includes(name) ? [value.replaceAll(String.raw`'\''`, "'")] : [],
  );
}

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch {
    // Nothing is deployed yet.
    return [];
  }
}

/** The folder is the application's: what is no small, regular file is not read. */
function readVariables(path: string): string {
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const status = fstatSync(file);
      return status.isFile() && status.size <= MOST_BYTES ? readFileSync(file, 'utf8') : '';
    } finally {
      closeSync(file);
    }
  } catch {
    // It was removed meanwhile.
    return '';
  }
}
