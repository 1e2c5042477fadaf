/**
 * Where the static files of a release lie on a host: a tree for each release, of the application's
 * user, in which nginx may read. Its folders:
 *
 *     <home>/static/<release>/own/<name>/<URL path>/…   the files of a route
 *     <home>/static/<release>/all/<name>/<URL path>/…   an immutable route: with those of other releases
 *
 * So nginx finds the file of a request below `<name>`, by its path as it is.
 */
import { createHash } from 'node:crypto';
import { colourFolder, type Colour, type Layout, type Release } from '@fairness-deploy/release';
import type { FilesRoute } from './routes.js';

/** The folder of all trees. Root's. */
export function staticTrees({ home }: Pick<Layout, 'home'>): string {
  return `${home}/static`;
}

/** The link to the tree of a colour's release. */
export function staticLink(layout: Pick<Layout, 'colours'>, colour: Colour): string {
  return `${colourFolder(layout, colour)}/static`;
}

/** The tree of a release, as a link in a colour's folder leads to it. */
export function linkToTree({ id }: Pick<Release, 'id'>): string {
  return `../../static/${id}`;
}

/** Below what file systems take, 255 bytes. */
const LONGEST_NAME = 200;

/** The name of a route in a tree: the same in all releases that have the route. */
export function nameInTree({ site = '', path }: FilesRoute): string {
  const name = `${site}${encodeURIComponent(path)}`;
  return name.length <= LONGEST_NAME ? name : createHash('sha256').update(name).digest('hex');
}

/** The folder below which nginx finds the files of a route, within its tree. */
export function rootInTree(route: FilesRoute): string {
  return `${isKept(route) ? 'all' : 'own'}/${nameInTree(route)}`;
}

/** Whether the files of earlier releases stay reachable. */
export function isKept({ to }: FilesRoute): boolean {
  return to.cache === 'immutable';
}
