import type { EnvironmentOptions } from './check-options.js';
import { JSON_SCHEMA_FILE } from './write-json-schema.js';

/** The text of a new environment.yaml; valid as it is, with marks at the values to replace. */
export function environmentYaml(
  { name, host, user }: EnvironmentOptions,
  shared: string | undefined,
): string {
  const address = host ?? `${name}.example.org`;
  return [
    `# yaml-language-server: $schema=../${JSON_SCHEMA_FILE}`,
    ...(shared === undefined
      ? []
      : ['', '# What all environments of the application share.', `extends: ../${shared}`]),
    '',
    'hosts:',
    '  web:',
    ...(host === undefined ? ["    # The server's name or IP address."] : []),
    // An IPv6 address such as ::1 would be read as a key.
    `    address: ${address.includes(':') ? `'${address}'` : address}`,
    ...(user === undefined ? [] : [`    user: ${user}`]),
    ...(shared === undefined ? APPLICATION : []),
    '',
  ].join('\n');
}

const APPLICATION = [
  '',
  '# What is deployed:',
  '# application:',
  '#   name: shop',
  '#   node: 24.11.1',
  '#   processes:',
  '#     api:',
  '#       command: node dist/main.js',
  '#       port: 3000',
  '#       route: /',
  '#       health: /health',
];
