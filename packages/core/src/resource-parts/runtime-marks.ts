/**
 * Which runtimes the releases of the host's applications use, and which were installed for one, so that they can
 * be removed when none uses them any more: all applications of a host share the folders of runtimes. Root's alone:
 *
 * - `used/<application>/<release>`: its runtimes, a line each: `node 24.11.1`, `pnpm 10.12.1`;
 * - `made/<runtime>@<version>`: a deployment has installed it, or nothing declares it any more.
 */
import { sh, type Script } from '@fairness-deploy/shell';
import { STATE } from '../state-folder.js';

const RUNTIMES = `${STATE}/runtimes`;

/** The folder with the folders of applications. */
export const USED_RUNTIMES = `${RUNTIMES}/used`;

/** The folder of the marks of those that can be removed when nothing uses them. */
export const MADE_RUNTIMES = `${RUNTIMES}/made`;

/** The mark of one. */
export function madeMark(name: string, version: string): string {
  return `${MADE_RUNTIMES}/${name}@${version}`;
}

/** Succeeds when a release uses it. */
export function runtimeIsUsed(name: string, version: string): Script {
  return sh`grep -rqsxF -- ${`${name} ${version}`} ${USED_RUNTIMES}`;
}
