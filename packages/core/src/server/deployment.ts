import type { Issue } from '../inventory/issue.js';
import { definePlugin } from '../plugin/plugin.js';
import { declarations, type Place } from './declarations.js';
import { serverSchema, type Server } from './server-schema.js';

/** The section `server`: packages, users, files and what else a server needs. */
export const plugin = definePlugin<Server>({
  section: 'server',
  schema: serverSchema,
  check: (section, environment) =>
    // What is wrong is so for every host.
    environment.hosts.slice(0, 1).flatMap((host) => problems(section, { environment, host })),
  resources: ({ section, environment, host }) =>
    declarations(section, { environment, host }).map(({ resource }) => resource()),
});

function problems(section: Server, place: Place): readonly Issue[] {
  return declarations(section, place).flatMap(({ path, resource }) => {
    try {
      resource();
      return [];
    } catch (error) {
      return [{ path, message: error instanceof Error ? error.message : String(error) }];
    }
  });
}
