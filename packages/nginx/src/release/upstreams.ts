import {
  addressIn,
  colourFolder,
  COLOURS,
  layoutOf,
  scriptFolder,
  type Colour,
  type ListenAddress,
  type Program,
} from '@fairness-deploy/release';
import { type Application, type StaticFolder } from '@fairness-deploy/core';
import { fromTemplate } from '../configuration/from-template.js';
import { decodedPath, pathPattern } from '../configuration/path-pattern.js';
import { byLength, isFilesRoute, processOf, type FilesRoute, type Route } from './routes.js';
import { rootInTree } from './static-tree.js';

/** The file of a colour's upstreams, within nginx's folder. It belongs to the release in that colour. */
export function upstreamsFile({ name }: Pick<Application, 'name'>, colour: Colour): string {
  return `upstreams/${name}-${colour}.conf`;
}

/** The file of what the variables are when a release does not set them, within nginx's folder. */
export function defaultsFile({ name }: Pick<Application, 'name'>): string {
  // nginx reads it before the files of the colours.
  return `upstreams/000-${name}.conf`;
}

/** Its content. */
export function defaults(application: Pick<Application, 'name'>): string {
  const variables = COLOURS.map((colour) => releaseVariables(application, colour));
  return fromTemplate('defaults.conf.ejs', { variables });
}

/** The file of a colour's upstreams, among the files of a release. */
export function releaseFile(colour: Colour): string {
  return `nginx-${colour}.conf`;
}

/**
 * The variables of nginx that say who answers a request in a colour. Names of applications have no
 * `_`: `shop_blue` is the upstream in blue of no other application than shop.
 */
export interface ReleaseVariables {
  /** Whose routes the site has: its own, by its name, or the application's, which is empty. */
  readonly site: string;
  /** The route: an upstream, or `files:` and a number. */
  readonly route: string;
  /** The upstream; empty: no process gets the request. */
  readonly upstream: string;
  /** Where its file is searched, within the tree of the release; `-`: nowhere. */
  readonly files: string;
  /** The path of the file that answers in place of one that is missing; empty: none. */
  readonly fallback: string;
  /** The same, with status 404. */
  readonly notFound: string;
  /** The header Cache-Control; empty: the application's. */
  readonly cache: string;
  /** The folder of the scripts; empty: the upstream speaks HTTP, and not FastCGI. */
  readonly scriptRoot: string;
  /** The script that gets the requests. */
  readonly index: string;
  /** Where a site's health is asked: an upstream and a path; empty: nowhere. */
  readonly health: string;
  /** Which scripts requests can name: `index` or `all`. */
  readonly scripts: string;
}

export function releaseVariables(
  { name }: Pick<Application, 'name'>,
  colour: Colour,
): ReleaseVariables {
  const upstream = `${name.replaceAll('-', '_')}_${colour}`;
  return {
    ...{ site: `${upstream}_site`, route: `${upstream}_route`, upstream },
    ...{ files: `${upstream}_files`, fallback: `${upstream}_fallback` },
    ...{ notFound: `${upstream}_not_found`, cache: `${upstream}_cache` },
    ...{ scriptRoot: `${upstream}_script_root`, index: `${upstream}_index` },
    ...{ health: `${upstream}_health`, scripts: `${upstream}_scripts` },
  };
}

/** The names of the processes that listen. */
export function listening(programs: readonly Program[]): ReadonlySet<string> {
  return new Set(programs.flatMap(({ process, addresses }) => (addresses ? [process] : [])));
}

/** What a release shows. */
export interface Shown {
  readonly programs: readonly Program[];
  readonly routes: readonly Route[];
  /** The names of the sites that it knows. */
  readonly sites: readonly string[];
}

/** The files by which nginx sends requests to a release's programs, in each colour. */
export function upstreamFiles(
  application: Pick<Application, 'name' | 'home'>,
  shown: Shown,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    COLOURS.map((colour) => [releaseFile(colour), upstreams(application, shown, colour)]),
  );
}

/**
 * Where programs listen in a colour, and which of them, or which folder, answers a request. Equal
 * releases have equal files: nginx need not load it again.
 */
export function upstreams(
  application: Pick<Application, 'name' | 'home'>,
  { programs, routes, sites }: Shown,
  colour: Colour,
): string {
  // Names have no `_`: with `-`, shop and shop-blue could have the same.
  const nameOf = (process: string): string => `${application.name}_${colour}_${process}`;
  const processes = new Set(routes.flatMap((route) => processOf(route) ?? []));
  const release = `${colourFolder(layoutOf(application), colour)}/release`;
  const files = routes.filter(isFilesRoute);
  // Not by its path: nginx compares the keys of a map in lower case.
  const valueOf = (route: FilesRoute): string => `files:${String(files.indexOf(route) + 1)}`;
  return fromTemplate('upstreams.conf.ejs', {
    colour,
    names: releaseVariables(application, colour),
    upstreams: [...processes].map((process) => ({
      name: nameOf(process),
      servers: programs.flatMap((program) => {
        const address = addressIn(program, colour);
        return program.process === process && address !== undefined ? [server(address)] : [];
      }),
    })),
    scripts: [...processes].flatMap((process) => {
      const fastcgi = programs.find((one) => one.process === process)?.fastcgi;
      if (!fastcgi) return [];
      const { root, index, scripts: which } = fastcgi;
      return [{ upstream: nameOf(process), root: scriptFolder(release, root), index, which }];
    }),
    health: sites.flatMap((site) => {
      const asked = askedForHealth(site, programs, routes);
      // nginx would read a $ as the beginning of a variable.
      return asked
        ? [{ site, to: `${nameOf(asked.process)}${asked.path.replaceAll('$', '%24')}` }]
        : [];
    }),
    sites: sites.map((site) => ({
      site,
      table: routes.some((route) => route.site === site) ? site : '',
    })),
    routes: routes.toSorted(byLength).flatMap((route) => {
      const path = decodedPath(route.path);
      const before = `~^${route.site ?? ''} `;
      const pattern = pathPattern(path, before);
      if (!isFilesRoute(route)) return [{ pattern, to: nameOf(route.to.process) }];
      const { otherwise, shared } = route.to;
      const files = { pattern, to: valueOf(route) };
      if (shared === undefined) return [files];
      const hidden = pathPattern(path, before, HIDDEN);
      return [{ pattern: hidden, to: otherwise === undefined ? '' : nameOf(otherwise) }, files];
    }),
    files: files.map((route) => ({
      route: valueOf(route),
      root: rootInTree(route),
      fallback: within(route, route.to.fallback),
      notFound: within(route, route.to.notFound),
      upstream: route.to.otherwise === undefined ? '' : nameOf(route.to.otherwise),
      cache: cacheControl(route.to),
    })),
  });
}

/** Those of a colour without a release: sites could not be used without them. */
export function noUpstreams(
  application: Pick<Application, 'name' | 'home'>,
  colour: Colour,
): string {
  return upstreams(application, { programs: [], routes: [], sites: [] }, colour);
}

/** The process with the shortest route of a site, if it can be asked by a request. */
function askedForHealth(
  site: string,
  programs: readonly Program[],
  routes: readonly Route[],
): { readonly process: string; readonly path: string } | undefined {
  const own = routes.filter((route) => route.site === site);
  const shown = own.length > 0 ? own : routes.filter((route) => route.site === undefined);
  for (const route of shown.toSorted(byLength).toReversed()) {
    const process = processOf(route);
    const program = programs.find((one) => one.process === process);
    const { path, status = 0 } = program?.health ?? {};
    if (process === undefined || path === undefined || program?.fastcgi) continue;
    if (status >= 200 && status < 300) return { process, path };
  }
  return undefined;
}

/**
 * Below a shared folder, paths that are never files to show: a name that begins with a dot, except
 * .well-known (RFC 8615), and a PHP script. Copies have none.
 */
const HIDDEN = String.raw`/(?:.*/)?(?:[.](?!well-known(?:/|\z))|[^/]*[.](?i:php\d?|phtml|phar)\z)`;

/** The path of a URL at which a file of the folder is found. */
function within({ path }: FilesRoute, file: string | undefined): string {
  return file === undefined ? '' : `${decodedPath(path)}/${file}`;
}

const YEAR_SECONDS = 365 * 86_400;

/** RFC 9111, 5.2.2, and RFC 8246. */
function cacheControl({ cache }: StaticFolder): string {
  switch (cache) {
    case 'immutable':
      return `public, max-age=${String(YEAR_SECONDS)}, immutable`;
    case 'revalidate':
      return 'no-cache';
    case 'never':
      return 'no-store';
    default:
      return `public, max-age=${String(cache)}`;
  }
}

/** In nginx's form (ngx_http_upstream_module, server). */
function server(address: ListenAddress): string {
  return typeof address === 'number' ? `127.0.0.1:${String(address)}` : `unix:${address}`;
}
