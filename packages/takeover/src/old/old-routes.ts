import { HintedError } from '@fairness-deploy/shell/text';
import type { OldFile } from './lost-directives.js';
import { parseDirectives, type Directive } from './nginx-directives.js';

/** A path of the old site, and the ports of the programs that answer below it. */
export interface OldRoute {
  readonly path: string;
  readonly ports: readonly number[];
}

/** Paths that the old site answers itself: ours does, too. */
const OWN_PATHS = ['/favicon.ico', '/.well-known/acme-challenge', '/.well-known/acme-challenge/'];

/** A file of nginx, parsed. @throws HintedError when it is none. */
export function oldFile(name: string, text: string): OldFile {
  try {
    return { name, directives: parseDirectives(text) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw problem(name, error.message);
  }
}

/**
 * Where the old site sends requests, by its files. All of its servers that do so must have the same paths: ours
 * has one server for all names.
 *
 * @throws HintedError when they have something that is not understood: traffic would go elsewhere.
 */
export function oldRoutes(files: readonly OldFile[]): readonly OldRoute[] {
  const upstreams = new Map(files.flatMap(upstreamsIn));
  let first: readonly OldRoute[] | undefined;
  for (const { name: file, directives } of files) {
    for (const { block = [], line } of directives.filter(
      ({ words: [name] }) => name === 'server',
    )) {
      const routes = routesOf(file, block, upstreams);
      if (routes.length === 0) continue;
      if (first && inOneText(first) !== inOneText(routes)) {
        throw problem(
          file,
          `the server in line ${String(line)} has other locations than one before it`,
        );
      }
      first ??= routes;
    }
  }
  return first ?? [];
}

function inOneText(routes: readonly OldRoute[]): string {
  return routes
    .map(({ path, ports }) => `${path} ${ports.join(' ')}`)
    .sort()
    .join('\n');
}

/** Where visitors reach the old site. */
export interface OldReach {
  readonly ports: readonly number[];
  /** Its names, without those that stand for any. */
  readonly names: readonly string[];
  /** Whether its programs answer to any name, over http. */
  readonly anyName: boolean;
}

/** The ports and names of the old site. */
export function oldReach(files: readonly OldFile[]): OldReach {
  const servers = files.flatMap(({ directives }) =>
    directives.flatMap(({ words: [name], block }) =>
      name === 'server' && block ? [serverReach(block)] : [],
    ),
  );
  return {
    ports: [...new Set(servers.flatMap(({ ports }) => ports))],
    names: [...new Set(servers.flatMap(({ names }) => names))],
    anyName: servers.some(({ anyName }) => anyName),
  };
}

function serverReach(block: readonly Directive[]): OldReach {
  const of = (key: string): readonly (readonly string[])[] =>
    block.flatMap(({ words: [name, ...rest] }) => (name === key ? [rest] : []));
  const listens = of('listen');
  const names = of('server_name')
    .flat()
    .filter((name) => /^[a-z0-9.-]*[a-z0-9-][a-z0-9.-]*$/i.test(name));
  const passes = block.some(({ block: inner = [] }) =>
    inner.some(({ words: [name] }) => name === 'proxy_pass'),
  );
  return {
    ports: listens.flatMap(([address = '']) => {
      const [, port] = /(?:^|:)(\d{1,5})$/.exec(address) ?? [];
      return port === undefined ? [] : [Number(port)];
    }),
    names,
    // Over https, only the names of the certificate count.
    anyName: passes && names.length === 0 && !listens.some((words) => words.includes('ssl')),
  };
}

function upstreamsIn({ name: file, directives }: OldFile) {
  return directives.flatMap(({ words: [name = '', key = ''], block = [] }) =>
    name === 'upstream' ? [[key, portsOf(file, key, block)] as const] : [],
  );
}

function routesOf(
  file: string,
  server: readonly Directive[],
  upstreams: ReadonlyMap<string, readonly number[]>,
): readonly OldRoute[] {
  const routes = new Map<string, OldRoute>();
  for (const location of server.filter(({ words: [name] }) => name === 'location')) {
    const route = routeOf(file, location, upstreams);
    if (!route) continue;
    if (routes.has(route.path)) {
      throw problem(file, `"location ${route.path}" leads to two places`);
    }
    routes.set(route.path, route);
  }
  return [...routes.values()];
}

function portsOf(file: string, name: string, block: readonly Directive[]): readonly number[] {
  const servers = block.filter(({ words: [first] }) => first === 'server');
  const ports = servers.map(({ words: [, address = ''] }) => portOf(address));
  if (ports.length > 0 && !ports.includes(undefined)) return ports.flatMap((port) => port ?? []);
  throw problem(file, `a server of "upstream ${name}" is not a port of this host`);
}

/** Of an address such as 127.0.0.1:3000. */
function portOf(address: string): number | undefined {
  const [, port] = /^(?:127\.0\.0\.1|localhost|\[::1\]):(\d{1,5})$/.exec(address) ?? [];
  return port === undefined ? undefined : Number(port);
}

/** Undefined: requests there go to no program. */
function routeOf(
  file: string,
  { words, block = [] }: Directive,
  upstreams: ReadonlyMap<string, readonly number[]>,
): OldRoute | undefined {
  const [, ...match] = words;
  const what = `"location ${match.join(' ')}"`;
  const path = match.at(-1) ?? '';
  const pass = block.find(({ words: [name] }) => name === 'proxy_pass');
  if (!pass) {
    const answers = block.some(({ words: [name = ''] }) =>
      ['root', 'alias', 'try_files', 'fastcgi_pass', 'uwsgi_pass'].includes(name),
    );
    if (!answers || OWN_PATHS.includes(path)) return undefined;
    throw problem(file, `${what} shows files, which only the new site could`);
  }
  if (match.length !== 1 || !/^\/[A-Za-z0-9._~/-]*$/.test(path)) {
    throw problem(file, `${what} is not a plain path`);
  }
  const [, , target = ''] = /^(http:\/\/)([^/]+)$/.exec(pass.words[1] ?? '') ?? [];
  const port = portOf(target);
  const ports = upstreams.get(target) ?? (port === undefined ? undefined : [port]);
  if (!ports) {
    throw problem(file, `proxy_pass of ${what} names no port of this host, or another path`);
  }
  return { path, ports };
}

function problem(file: string, what: string): HintedError {
  return new HintedError(`Cannot take over the old site: ${file}: ${what}`, {
    hint: `change that on the host so that each location is a path with a proxy_pass to 127.0.0.1, and test it: nginx -t`,
  });
}
