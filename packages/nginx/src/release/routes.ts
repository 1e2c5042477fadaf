/** Which path of which site leads to which process or folder. A release keeps its routes. */
import { withoutSlash, type Application, type StaticFolder } from '@fairness-deploy/core';
import type { SiteSection } from '../section/section.js';

/** A path, and where it leads to with all below it. */
export type Route = ProcessRoute | FilesRoute;

interface Place {
  /** The site that has routes of its own; undefined: of all others. */
  readonly site?: string;
  /** The URL path as written, without a slash at its end: `/api`. */
  readonly path: string;
}

interface ProcessRoute extends Place {
  readonly to: { readonly process: string };
}

/** A route to files, which nginx serves itself. */
export interface FilesRoute extends Place {
  readonly to: StaticFolder;
}

/** The routes of an application, and those of the sites that have some of their own. */
export function routesOf(
  application: Pick<Application, 'processes' | 'static'>,
  sites: Readonly<Record<string, Pick<SiteSection, 'routes'>>>,
): readonly Route[] {
  return [
    ...application.processes.flatMap(({ name, route }) =>
      route === undefined ? [] : [{ path: withoutSlash(route), to: { process: name } }],
    ),
    ...application.static.map(({ path, ...to }) => ({ path: withoutSlash(path), to })),
    ...Object.entries(sites).flatMap(([site, { routes = {} }]) =>
      Object.entries(routes).map(([at, to]): Route => {
        const path = withoutSlash(at);
        return typeof to === 'string' ? { site, path, to: { process: to } } : { site, path, to };
      }),
    ),
  ];
}

/** Routes without those to processes that do not run here. */
export function routesTo(
  processes: ReadonlySet<string>,
  routes: readonly Route[],
): readonly Route[] {
  return routes.flatMap((route) => {
    const process = processOf(route);
    if (process === undefined || processes.has(process)) return [route];
    if (!isFilesRoute(route)) return [];
    const rest = Object.entries(route.to).filter(([key]) => key !== 'otherwise');
    // Sound: that key is optional.
    return [{ ...route, to: Object.fromEntries(rest) as unknown as StaticFolder }];
  });
}

/** The process that gets the requests of a route, or those for which it has no file. */
export function processOf({ to }: Route): string | undefined {
  return 'process' in to ? to.process : to.otherwise;
}

/** Whether a route leads to files, and not to a process. */
export function isFilesRoute(route: Route): route is FilesRoute {
  return !('process' in route.to);
}

/** The longest path first: the first one that matches a request counts. */
export function byLength(one: Pick<Place, 'path'>, other: Pick<Place, 'path'>): number {
  return other.path.length - one.path.length || (one.path < other.path ? -1 : 1);
}
