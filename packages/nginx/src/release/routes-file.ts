import { layoutOf, type Program } from '@fairness-deploy/release';
import type { Application } from '@fairness-deploy/core';
import { sh, type Script } from '@fairness-deploy/shell';
import { decodedPath } from '../configuration/path-pattern.js';
import { isFilesRoute, processOf, type FilesRoute, type Route } from './routes.js';
import { isKept, nameInTree } from './static-tree.js';

/** The routes of a release, among its files: for scripts, which know any release by it. */
export const ROUTES_FILE = 'nginx-routes';

/** In place of what a route does not have. */
const NONE = '-';

/**
 * The routes, a line each. Its fields are separated by tabs, which none of them can hold: site,
 * kind, path; of a process its name, the path of its health check and the status of a good answer;
 * of files their name in the tree of the release, the decoded path, the folder and the file that the
 * folder must have.
 */
export function routesLines(routes: readonly Route[], programs: readonly Program[]): string {
  return routes
    .flatMap((route) => [
      ...(isFilesRoute(route) ? [filesFields(route)] : []),
      ...processFields(route, programs),
    ])
    .map((fields) => `${fields.join('\t')}\n`)
    .join('');
}

function filesFields(route: FilesRoute): readonly string[] {
  const { site = NONE, path, to } = route;
  const { folder, shared, fallback, notFound } = to;
  const kind = shared !== undefined ? 'shared' : isKept(route) ? 'kept' : 'files';
  const file = fallback ?? notFound ?? NONE;
  const at = decodedPath(path) || '/';
  return [site, kind, path, nameInTree(route), at, folder ?? shared ?? NONE, file];
}

/** @returns none, or the fields of the line */
function processFields(route: Route, programs: readonly Program[]): readonly (readonly string[])[] {
  const { site = NONE, path } = route;
  const process = processOf(route);
  if (process === undefined) return [];
  const health = programs.find((one) => one.process === process)?.health;
  const asked = health?.path !== undefined && isBelow(health.path, path) ? health.path : NONE;
  return [[site, 'process', path, process, asked, String(health?.status ?? NONE)]];
}

/** Whether a path of a health check leads to the process by its route. */
function isBelow(healthPath: string, route: string): boolean {
  const base = route.replace(/\/$/, '');
  const [path = ''] = healthPath.split('?');
  return path === base || path.startsWith(`${base}/`);
}

/**
 * Runs a script for each route of a release, with `fd_site`, `fd_kind`, `fd_path` and, as
 * {@link routesLines} says, `fd_1` to `fd_4`. What a route does not have is `-`.
 *
 * @param id the release, as a word of the shell
 */
export function forEachRoute(
  application: Application,
  id: Script | string,
  script: Script,
): Script {
  return forEachRouteIn(sh`${layoutOf(application).configuration}/${id}/${ROUTES_FILE}`, script);
}

/** The same, of a copy of the file. */
export function forEachRouteIn(file: Script | string, script: Script): Script {
  return sh`
    if [ -f ${file} ]; then
      # shellcheck disable=SC2034
      while IFS=$(printf '\t') read -r fd_site fd_kind fd_path fd_1 fd_2 fd_3 fd_4; do
        ${script}
      done <${file}
    fi`;
}
