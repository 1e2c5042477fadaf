import {
  requireApplication,
  withoutSlash,
  type Application,
  type Environment,
  type PluginIssue,
} from '@fairness-deploy/core';
import { didYouMean, isRecord } from '@fairness-deploy/environment-file';
import {
  isFilesRoute,
  processOf,
  routesOf,
  type FilesRoute,
  type Route,
} from '../release/routes.js';
import type { SiteSection } from '../section/section.js';

type Sites = Readonly<Record<string, SiteSection>>;

/** Each site leads somewhere, and each route to a process that is there and listens. */
export function validateRoutes(sites: Sites, environment: Environment): readonly PluginIssue[] {
  const { application } = environment;
  if (!application) return requireApplication(environment, 'that it could be in front of');
  const routes = routesOf(application, sites);
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
    ...routes.flatMap((route): readonly PluginIssue[] => {
      const at = originOf(route, application, sites);
      const process = processOf(route);
      if (!isFilesRoute(route)) return checkProcess(at, process, application);
      return [
        ...checkShared(below(at, 'shared'), route, environment),
        ...checkProcess(below(at, 'otherwise'), process, application),
      ];
    }),
  ];
}

/** Where the files have a route, as an issue says it. */
type Origin = Pick<PluginIssue, 'path' | 'within'>;

function below(origin: Origin, key: string): Origin {
  return { ...origin, path: [...origin.path, key] };
}

/** A path may have a slash at its end in the files. */
function originOf({ site, path }: Route, application: Application, sites: Sites): Origin {
  const isIt = (written: string): boolean => withoutSlash(written) === path;
  if (site === undefined) {
    const written = application.static.find((one) => isIt(one.path))?.path ?? path;
    return { within: 'application', path: ['static', written] };
  }
  const written = Object.keys(sites[site]?.routes ?? {}).find(isIt) ?? path;
  return { path: ['sites', site, 'routes', written] };
}

function checkProcess(
  origin: Origin,
  name: string | undefined,
  { processes }: Pick<Application, 'processes'>,
): readonly PluginIssue[] {
  const process = processes.find((one) => one.name === name);
  if (name === undefined || process?.port !== undefined || process?.listen !== undefined) return [];
  if (process) {
    const hint = `give "${name}" a port: port: 3000, or name another process`;
    return [{ ...origin, message: `the process "${name}" is a worker, and listens nowhere`, hint }];
  }
  const hint = didYouMean(
    name,
    processes.map((one) => one.name),
  );
  const message = `there is no process "${name}"`;
  return [{ ...origin, message, ...(hint !== undefined && { hint }) }];
}

/** Only the folders that the section `release` names outlive releases. */
function checkShared(
  origin: Origin,
  { to: { shared } }: FilesRoute,
  { sections }: Environment,
): readonly PluginIssue[] {
  const release = sections['release'];
  const named: unknown = isRecord(release) ? release['shared'] : undefined;
  if (shared === undefined || !Array.isArray(named) || named.includes(shared)) return [];
  const message = `the section "release" shares no folder "${shared}"`;
  return [{ ...origin, message, hint: `add it there: shared: [${shared}]` }];
}
