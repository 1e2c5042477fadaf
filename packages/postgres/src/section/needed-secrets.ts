import type { NeededSecret } from '@fairness-deploy/core';
import type { Section } from './section.js';

/** The secrets of the connection: the names that the Ansible set-up had. */
export const SECRETS = {
  host: 'db_host',
  port: 'db_port',
  user: 'db_username',
  password: 'db_password',
  database: 'db_name',
} as const;
export type ConnectionKey = keyof typeof SECRETS;

const DESCRIPTIONS: Readonly<Record<ConnectionKey, string>> = {
  host: "the database's host",
  port: "the database's port",
  user: "the database's user",
  password: "the password of the database's user",
  database: "the database's name",
};

/** Random bytes of a password that we choose ourselves, with mode local. */
const PASSWORD_BYTES = 24;

/** The secrets that stand in for keys of the section that are left out. */
export function neededSecrets(section: Section): readonly NeededSecret[] {
  return defaultSecrets(section).map((key) => ({
    name: SECRETS[key],
    description: DESCRIPTIONS[key],
    ...(key === 'password' && section.mode === 'local' && { bytes: PASSWORD_BYTES }),
  }));
}

/** The keys of the section whose values are secrets, as it leaves them out. */
export function defaultSecrets(section: Section): readonly ConnectionKey[] {
  return KEYS[section.mode].filter((key) => section[key] === undefined);
}

const KEYS: Readonly<Record<Section['mode'], readonly ConnectionKey[]>> = {
  managed: ['host', 'port', 'user', 'password', 'database'],
  local: ['password'],
  tunnel: ['user', 'password', 'database'],
};
