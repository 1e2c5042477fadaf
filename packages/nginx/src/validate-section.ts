import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  requireApplication,
  withoutSlash,
  type Application,
  type Environment,
} from '@fairness-deploy/core';
import { didYouMean, isRecord, type Issue, type KeyPath } from '@fairness-deploy/environment-file';
import { isFilesRoute, routesOf, type FilesRoute } from './routes.js';
import type { Section, SiteSection } from './section.js';

/**
 * Checks what the schema can't: that each site has something to serve, and that no two sites claim
 * one name.
 */
export function validateSection(
  { sites = {}, maintenancePage }: Section,
  environment: Environment,
): readonly Issue[] {
  const checkFile = (path: KeyPath, file: string | undefined): readonly Issue[] => {
    if (file === undefined) return [];
    const absolute = resolve(environment.folder, file);
    if (existsSync(absolute)) return [];
    return [{ path, message: `there is no file ${absolute}` }];
  };
  return [
    ...checkRoutes(sites, environment),
    ...checkNames(sites),
    ...checkFile(['maintenancePage'], maintenancePage),
    ...Object.entries(sites).flatMap(([name, site]) => [
      ...checkFile(['sites', name, 'template'], site.template),
      ...checkFile(['sites', name, 'maintenancePage'], site.maintenancePage),
    ]),
  ];
}

type Sites = Readonly<Record<string, SiteSection>>;

/** Each site leads somewhere, and each route to a process that is there and listens. */
function checkRoutes(sites: Sites, environment: Environment): readonly Issue[] {
  const { application } = environment;
  if (!application) return requireApplication(environment, 'that it could be in front of');
  const routes = routesOf(application, sites, undefined);
  const open = Object.entries(sites).filter(([, { routes: own }]) => own === undefined);
  const withDefault = open.length > 0 || Object.keys(sites).length === 0;
  return [
    ...(withDefault && !routes.some(({ site }) => site === undefined)
      ? [
          {
            path: open[0] ? ['sites', open[0][0]] : [],
            message: `no process of ${application.name} is reached from outside, and it has no static files: the site would lead nowhere`,
            hint: 'give a process a route under application.processes, such as: route: /',
          },
        ]
      : []),
    ...routes.flatMap((route): readonly Issue[] => {
      const { site, path } = route;
      const at = site === undefined ? [] : ['sites', site, 'routes', writtenAs(path, sites[site])];
      return isFilesRoute(route)
        ? checkShared(at, route, environment)
        : checkProcess(at, route.to.process, application);
    }),
  ];
}

/** A path as the file has it, perhaps with a slash at its end. */
function writtenAs(path: string, site: SiteSection | undefined): string {
  return Object.keys(site?.routes ?? {}).find((one) => withoutSlash(one) === path) ?? path;
}

function checkProcess(
  path: KeyPath,
  name: string,
  { processes }: Pick<Application, 'processes'>,
): readonly Issue[] {
  const process = processes.find((one) => one.name === name);
  if (process?.port !== undefined || process?.listen !== undefined) return [];
  if (process) {
    const hint = `give "${name}" a port: port: 3000, or name another process`;
    return [{ path, message: `the process "${name}" is a worker, and listens nowhere`, hint }];
  }
  const hint = didYouMean(
    name,
    processes.map((one) => one.name),
  );
  return [{ path, message: `there is no process "${name}"`, ...(hint !== undefined && { hint }) }];
}

/** Only the folders that the section `release` names outlive releases. */
function checkShared(
  path: KeyPath,
  { path: at, site, to: { shared } }: FilesRoute,
  { sections }: Environment,
): readonly Issue[] {
  const release = sections['release'];
  const named: unknown = isRecord(release) ? release['shared'] : undefined;
  if (shared === undefined || !Array.isArray(named) || named.includes(shared)) return [];
  return [
    {
      path: site === undefined ? [] : [...path, 'shared'],
      message: `${at} serves the shared folder "${shared}", which "shared" in the section "release" does not name`,
      hint: `add it there: shared: [${shared}]`,
    },
  ];
}

/** A domain belongs to one site of a port, and so does the answer to any name. */
function checkNames(sites: Sites): readonly Issue[] {
  const owners = new Map<string, string>();
  return Object.entries(sites).flatMap(([site, { domains, listen }]) =>
    (domains ?? [undefined]).flatMap((domain, at): readonly Issue[] => {
      const key = `${domain ?? ''}:${String(listen)}`;
      const owner = owners.get(key);
      owners.set(key, owner ?? site);
      if (owner === undefined) return [];
      if (domain === undefined) {
        return [
          {
            path: ['sites', site],
            message: `the site "${owner}" answers to any name on port ${String(listen)} already`,
            hint: 'give one of them domains, or another port',
          },
        ];
      }
      return [
        {
          path: ['sites', site, 'domains', at],
          message:
            owner === site
              ? `"${domain}" is given twice`
              : `"${domain}" belongs to the site "${owner}" already`,
          hint: 'remove one of them',
        },
      ];
    }),
  );
}
