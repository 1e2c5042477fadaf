import type { Issue, KeyPath } from '../inventory/issue.js';
import { definePlugin } from '../plugin/plugin.js';
import { DeclarationError, declarations, type Place } from './declarations.js';
import { serverSchema, type Server } from './server-schema.js';

/** The section `server`: packages, users, files and what else a server needs. */
export const plugin = definePlugin<Server>({
  section: 'server',
  schema: serverSchema,
  check: (section, environment) => [
    ...repeatedPaths(section),
    // What is wrong is so for every host.
    ...environment.hosts.slice(0, 1).flatMap((host) => problems(section, { environment, host })),
  ],
  resources: ({ section, environment, host }) =>
    declarations(section, { environment, host }).map(({ resource }) => resource()),
});

function problems(section: Server, place: Place): readonly Issue[] {
  return declarations(section, place).flatMap(({ path, resource }) => {
    try {
      resource();
      return [];
    } catch (error) {
      if (error instanceof DeclarationError) return [error.issue];
      return [{ path, message: error instanceof Error ? error.message : String(error) }];
    }
  });
}

/** A path of a host is one thing. */
function repeatedPaths({ directories, files, links }: Server): readonly Issue[] {
  const owners = new Map<string, string>();
  return Object.entries({ directories, files, links }).flatMap(([key, entries]) =>
    Object.keys(entries).flatMap((path): readonly Issue[] => {
      const owner = owners.get(path);
      owners.set(path, owner ?? key);
      if (owner === undefined) return [];
      const at: KeyPath = [key, path];
      return [{ path: at, message: `it is among the ${owner} too`, hint: 'keep one of the two' }];
    }),
  );
}
