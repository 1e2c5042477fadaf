import {
  addressIn,
  COLOURS,
  type Colour,
  type ListenAddress,
  type Program,
} from '@fairness-deploy/release';
import { type Application } from '@fairness-deploy/core';
import { fromTemplate } from './from-template.js';
import { decodedPath, pathPattern } from './path-pattern.js';

/** A program that gets requests. */
type RoutedProgram = Program & Required<Pick<Program, 'route' | 'addresses'>>;

export function isRouted(program: Program): program is RoutedProgram {
  return program.route !== undefined && program.addresses !== undefined;
}

/** The file of a colour's upstreams, within nginx's folder. It belongs to the release in that colour. */
export function upstreamsFile({ name }: Pick<Application, 'name'>, colour: Colour): string {
  return `upstreams/${name}-${colour}.conf`;
}

/** The same file, among the files of a release. */
export function releaseFile(colour: Colour): string {
  return `nginx-${colour}.conf`;
}

/**
 * The variable of nginx that holds the upstream of a request in a colour: `shop_blue`. Names of
 * applications have no `_`.
 */
export function upstreamVariable({ name }: Pick<Application, 'name'>, colour: Colour): string {
  return `${name.replaceAll('-', '_')}_${colour}`;
}

/** The files by which nginx sends requests to a release's programs, in each colour. */
export function releaseFiles(
  application: Pick<Application, 'name'>,
  programs: readonly Program[],
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    COLOURS.map((colour) => [releaseFile(colour), upstreams(application, programs, colour)]),
  );
}

/**
 * Where programs listen in a colour, and which of them gets a request. Equal releases have equal
 * files: nginx need not load it again.
 */
export function upstreams(
  application: Pick<Application, 'name'>,
  programs: readonly Program[],
  colour: Colour,
): string {
  const routed = programs.filter(isRouted);
  const processes = [...new Set(routed.map(({ process }) => process))];
  // Names have no `_`: with `-`, shop and shop-blue could have the same.
  const nameOf = (process: string): string => `${application.name}_${colour}_${process}`;
  const paths = processes.flatMap((process) => {
    const route = routed.find((one) => one.process === process)?.route ?? '/';
    return [{ process, path: decodedPath(route) }];
  });
  return fromTemplate('upstreams.conf.ejs', {
    ...{ colour, variable: upstreamVariable(application, colour) },
    upstreams: processes.map((process) => ({
      name: nameOf(process),
      servers: routed.flatMap((program) => {
        const address = addressIn(program, colour);
        return program.process === process && address !== undefined ? [server(address)] : [];
      }),
    })),
    routes: paths.toSorted(byLength).map(({ process, path }) => ({
      pattern: pathPattern(path),
      upstream: nameOf(process),
    })),
  });
}

/** The longest path first: nginx takes the first pattern that matches. */
function byLength(one: { readonly path: string }, other: { readonly path: string }): number {
  return other.path.length - one.path.length || (one.path < other.path ? -1 : 1);
}

/** In nginx's form (ngx_http_upstream_module, server). */
function server(address: ListenAddress): string {
  return typeof address === 'number' ? `127.0.0.1:${String(address)}` : `unix:${address}`;
}
