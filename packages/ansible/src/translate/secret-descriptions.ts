import type { ConfigValue } from './configuration.js';

const KNOWN: Readonly<Record<string, ConfigValue>> = {
  file_encryption_key: 'Encrypts files that members upload',
  calendar_secret: "Signs the links of the members' calendars",
  calendar_token: "Signs the links of the members' calendars",
  db_host: { description: "The database's host", confidential: false },
  db_port: { description: "The database's port", confidential: false },
  db_username: { description: "The database's user", confidential: false },
  db_password: "The password of the database's user",
  db_name: { description: "The database's name", confidential: false },
  git_token: 'Opens the repository',
  sudo_password: 'The password that sudo asks for',
};

/** What `secrets.names` says about a secret. */
export function describeSecret(name: string): ConfigValue {
  return KNOWN[name] ?? 'From the Ansible set-up';
}
