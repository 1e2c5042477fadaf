import type { Issue } from '../inventory/issue.js';
import { definePlugin } from '../plugin/plugin.js';
import { declarations } from './declarations.js';
import { serverSchema, type Server } from './server-schema.js';

/** The section `server`: packages, users, files and what else a server needs. */
export const plugin = definePlugin<Server>({
  section: 'server',
  schema: serverSchema,
  check: (section, environment) =>
    declarations(section, environment.folder).flatMap(({ path, resource }): readonly Issue[] => {
      try {
        resource();
        return [];
      } catch (error) {
        return [{ path, message: error instanceof Error ? error.message : String(error) }];
      }
    }),
  resources: ({ section, environment }) =>
    declarations(section, environment.folder).map(({ resource }) => resource()),
});
