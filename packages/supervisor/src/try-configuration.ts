import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sh, type Script } from '@fairness-deploy/shell';

/** Debian's main file; the others are included from there. */
const MAIN = '/etc/supervisor/supervisord.conf';

/** A change of one file of the configuration. */
export interface TreeChange {
  readonly path: string;
  /** What is to be at the path; undefined: nothing. */
  readonly staged: string | undefined;
  /** The program that it must define; undefined: any. */
  readonly program?: string;
}

/**
 * Fails, and says why, when Supervisor couldn't read its whole configuration: as it is, or
 * after a change. A broken file is a time bomb: `update` refuses it and all goes on, but
 * after a `reload` or a reboot nothing starts. Where it is broken by other files already, a
 * change that is sound by itself is let through.
 */
export function tryConfiguration(change?: TreeChange): Script {
  const code = readFileSync(join(dirnameOfPackage, 'templates', 'try-configuration.py'), 'utf8');
  const words = change ? [change.path, change.staged ?? '', change.program ?? ''] : [];
  // Python as the package's own programs have it, without what a user added.
  return sh`/usr/bin/python3 -I -W ignore -c ${code} ${[MAIN, ...words]}`;
}

const dirnameOfPackage = join(__dirname, '..');
