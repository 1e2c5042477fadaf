import type { Rehearsal } from '../plugin/rehearsal.js';
import { ABSENT, type Server } from './server-schema.js';

/** On the stage, a login has a key of the stage, beside those that the section names. */
export const rehearsal: Rehearsal<Server> = {
  section({ section, stage }) {
    const logins = new Set(stage.hosts.map(({ user }) => user));
    const keys = stage.hosts.map(({ publicKey }) => publicKey);
    return {
      ...section,
      users: Object.fromEntries(
        Object.entries(section.users).map(([name, user]) => {
          if (user === ABSENT || !user.authorizedKeys || !logins.has(name)) return [name, user];
          return [name, { ...user, authorizedKeys: [...user.authorizedKeys, ...keys] }];
        }),
      ),
    };
  },
};
