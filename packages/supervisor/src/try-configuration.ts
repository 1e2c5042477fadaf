import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sh, type Script } from '@fairness-deploy/shell';

/** Debian's main file, which includes the others. */
const MAIN = '/etc/supervisor/supervisord.conf';

/** The program that reads the configuration. */
export const TRY_CODE = readFileSync(
  join(__dirname, '..', 'templates', 'try-configuration.py'),
  'utf8',
);

/** A change of one file of the configuration. */
export interface TreeChange {
  readonly path: string;
  /** The new content; undefined: the file is removed. */
  readonly staged: string | undefined;
  /** The program that it must define; undefined: any. */
  readonly program?: string;
}

/**
 * Fails, and says why, when Supervisor couldn't read its whole configuration: as it is, or after a
 * change. A broken file is dangerous: `update` refuses it and the programs keep running, but after
 * a `reload` or a reboot nothing starts. When other files are broken already, a change that is
 * sound by itself is allowed.
 */
export function tryConfiguration(change?: TreeChange): Script {
  const words = change ? [change.path, change.staged ?? '', change.program ?? ''] : [];
  // Python as for the package's own programs, without modules of users.
  return sh`/usr/bin/python3 -I -W ignore -c ${TRY_CODE} ${[MAIN, ...words]}`;
}
