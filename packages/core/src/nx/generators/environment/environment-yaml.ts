import { resourcesOf, type EnvironmentOptions } from './options.js';
import { JSON_SCHEMA_FILE } from './write-json-schema.js';

/**
 * The text of a new environment.yaml; valid as it is, with marks at the values to replace.
 *
 * @param shared the file in environments/ that it extends
 * @param hosts the names of the hosts, which the shared file may know already
 */
export function environmentYaml(
  options: EnvironmentOptions,
  shared: string | undefined,
  hosts: readonly string[] = ['web'],
): string {
  const { name, host, user, description, url } = options;
  const resources = Object.entries(resourcesOf(options) ?? {});
  return [
    `# yaml-language-server: $schema=../${JSON_SCHEMA_FILE}`,
    ...(description === undefined ? [] : [`description: ${JSON.stringify(description)}`]),
    ...(url === undefined ? [] : [`url: ${url}`]),
    ...(resources.length === 0 ? [] : ['resources:']),
    ...resources.map(([what, where]) => `  ${JSON.stringify(what)}: ${JSON.stringify(where)}`),
    ...(shared === undefined
      ? []
      : ['', '# What all environments of the application share.', `extends: ../${shared}`]),
    '',
    'hosts:',
    ...hosts.flatMap((one) => [
      `  ${one}:`,
      ...(host === undefined ? ["    # The server's name or IP address."] : []),
      `    address: ${addressText(host ?? `${name}.example.org`)}`,
      ...(user === undefined ? [] : [`    user: ${user}`]),
    ]),
    ...(shared === undefined ? APPLICATION : []),
    '',
  ].join('\n');
}

/** An IPv6 address such as ::1 would be read as a key. */
function addressText(address: string): string {
  return address.includes(':') ? `'${address}'` : address;
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
