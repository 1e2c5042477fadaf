import { failureOf } from '@fairness-deploy/shell/text';
import type { Issue, KeyPath } from '@fairness-deploy/environment-file';
import { definePlugin } from '../plugin/plugin.js';
import { DeclarationError, declarations, type DeclarationContext } from './declarations.js';
import { ADMIN_GROUPS } from '../resource-parts/own-account.js';
import type { Environment } from '../inventory/environment.js';
import { foreignFolders } from './foreign-folders.js';
import { firewallIssues } from './firewall-issues.js';
import { firewallNotes } from './firewall-needs.js';
import { insecureKeys } from './insecure-keys.js';
import { rehearsal } from './rehearsal.js';
import { safeWays } from './safe-ways.js';
import { ABSENT, serverSchema, type Server } from './server-schema.js';

/** The section `server`: packages, users, files and other needs of a server. */
export const plugin = definePlugin<Server>({
  section: 'server',
  schema: serverSchema,
  validate: (section, environment, plugins) => [
    ...repeatedPaths(section),
    ...applicationAsPerson(section, environment),
    ...foreignFolders(section, environment),
    ...insecureKeys(section, environment, plugins),
    ...firewallIssues(section),
    // An error is the same for every host.
    ...environment.hosts.slice(0, 1).flatMap((host) => problems(section, { environment, host })),
  ],
  resources: (context) => [
    safeWays(context.section),
    ...declarations(context.section, context).map(({ resource }) => resource()),
    ...firewallNotes(context),
  ],
  rehearsal,
});

function problems(section: Server, context: DeclarationContext): readonly Issue[] {
  return declarations(section, context).flatMap(({ path, resource }) => {
    try {
      resource();
      return [];
    } catch (error) {
      if (error instanceof DeclarationError) return [error.issue];
      return [{ path, ...failureOf(error) }];
    }
  });
}

/** No person logs in as the application, and the application's user administers nothing. */
function applicationAsPerson({ users }: Server, { application }: Environment): readonly Issue[] {
  const user = application && users[application.user];
  if (!user || user === ABSENT) return [];
  const { authorizedKeys = [], groups = [] } = user;
  const admin = groups.find((group) => ADMIN_GROUPS.includes(group));
  const what = authorizedKeys.length > 0 ? 'people who log in' : admin && `the group ${admin}`;
  if (what === undefined) return [];
  return [
    {
      path: ['users', application.user],
      message: `it is the user that the application runs as, which must have nothing to do with ${what}`,
      hint: 'name another user under application.user, or give people users of their own',
    },
  ];
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
