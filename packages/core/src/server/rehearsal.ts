import type { Rehearsal, Stage } from '../plugin/rehearsal.js';
import { firewallRules } from './firewall-schema.js';
import { ABSENT, type Server } from './server-schema.js';

/**
 * On the stage, a login has a key of the stage, beside those that the section names; the firewall lets this
 * client in, whose address is another one there, and the hosts of the stage wherever it names networks.
 */
export const rehearsal: Rehearsal<Server> = {
  section({ section, stage }) {
    const logins = new Set(stage.hosts.map(({ user }) => user));
    const keys = stage.hosts.map(({ publicKey }) => publicKey);
    return {
      ...section,
      ...(section.firewall && { firewall: openFor(section.firewall, stage) }),
      users: Object.fromEntries(
        Object.entries(section.users).map(([name, user]) => {
          if (user === ABSENT || !user.authorizedKeys || !logins.has(name)) return [name, user];
          return [name, { ...user, authorizedKeys: [...user.authorizedKeys, ...keys] }];
        }),
      ),
    };
  },
  leavesOut: (section) =>
    limitsSsh(section) ? ['the networks from which server.firewall lets ssh in'] : [],
};

/** Whether ssh gets in from some networks alone, which the stage is none of. */
function limitsSsh({ firewall }: Server): boolean {
  return (
    firewall !== undefined &&
    firewallRules(firewall).every(({ ports, from }) => ports !== 'ssh' || from !== undefined)
  );
}

function openFor(
  { allow }: NonNullable<Server['firewall']>,
  { hosts }: Stage,
): NonNullable<Server['firewall']> {
  const addresses = hosts.map(({ address }) => address);
  return {
    allow: [
      ...allow.map((entry) =>
        typeof entry === 'object' && entry.from
          ? { ...entry, from: [...entry.from, ...addresses] }
          : entry,
      ),
      'ssh',
    ],
  };
}
